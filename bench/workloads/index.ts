/** All benches, in the order in which they run. */

import type { Bench } from '../runner/bench.ts'
import { CHECK } from './check.ts'
import { CODEC, CODEC_OF_FIFTY } from './codec.ts'
import { COLD } from './cold.ts'
import { CONTESTS } from './contests.ts'
import { COST } from './cost.ts'
import { GENERATOR } from './generator.ts'
import { HANDSHAKE } from './handshake.ts'
import { MEMORY } from './memory.ts'
import { PATH } from './path.ts'

export const BENCHES: readonly Bench[] = [
  ...CONTESTS,
  COST,
  MEMORY,
  COLD,
  HANDSHAKE,
  CODEC,
  CODEC_OF_FIFTY,
  GENERATOR,
  CHECK,
  PATH,
]
