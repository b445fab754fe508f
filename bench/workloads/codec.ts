/** Generated codecs against cbor-x. */

import { moduleBeside } from '../runner/beside.ts'
import type { Bench } from '../runner/bench.ts'
import { Side } from '../runner/process-pair.ts'
import type { Figures } from '../runner/series.ts'
import type { CodecOrder, ShapeTimes } from './codec-side.ts'

const MODULE = moduleBeside(import.meta.url, './codec-side')

function createCodecBench(name: string, about: string, isLively: boolean): Bench {
  return {
    name,
    about,
    async run({ isQuick, rounds }) {
      const side = new Side(name, 0)
      try {
        const argument: CodecOrder = { rounds, calls: isQuick ? 30_000 : 100_000, isLively }
        const question = { ask: 'call', module: MODULE, name: 'measureCodecs', argument } as const
        const shapes = await side.ask<readonly ShapeTimes[]>(question)
        return shapes.flatMap(({ name: shape, encode, decode, otherEncode, otherDecode }) => [
          { bench: name, contestant: shape, rounds: zip(encode, decode) },
          { bench: name, contestant: `cbor-x ${shape}`, rounds: zip(otherEncode, otherDecode) },
        ])
      } finally {
        await side.stop()
      }
    },
  }
}

function zip(encode: readonly number[], decode: readonly number[]): Figures[] {
  return encode.map((encodeNs, round) => ({ encodeNs, decodeNs: decode[round]! }))
}

export const CODEC: Bench = createCodecBench('codec', 'generated codecs and cbor-x without records', false)
export const CODEC_OF_FIFTY: Bench = createCodecBench('codec of fifty', 'the same where fifty other shapes live', true)
