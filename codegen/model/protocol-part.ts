/** The part of the model that is this protocol and no other. */

import type { Role } from '../../src/ir/source.ts'
import { otherRole } from '../../src/ir/source.ts'
import { nameLabels, type ModelMove, type ModelPlace, type Places, type StreamPlaces } from './places.ts'

/** No place has this number: where a protocol has no end, nobody ever stands at it. */
const NOWHERE = { byte: 255, short: 32_767 } as const

export class ProtocolPart {
  readonly #places: Places
  readonly #streams: readonly StreamPlaces[]
  readonly #names: ReadonlyMap<string, string>
  /** What holds the number of a place. */
  readonly placeType: 'byte' | 'short'
  /** What holds the value of a frame. */
  readonly valueType: 'byte' | 'short'

  constructor(places: Places, streams: readonly StreamPlaces[]) {
    this.#places = places
    this.#streams = streams
    this.#names = nameLabels(places.labels)
    this.placeType = places.count < NOWHERE.byte ? 'byte' : 'short'
    this.valueType = places.labels.length < NOWHERE.byte ? 'byte' : 'short'
  }

  /** Labels, the two places that matter by name, and where streams are. */
  definitions(): string {
    const { start, end, labels } = this.#places
    const lines = [
      '/* The labels, numbered as on the wire. */',
      ...labels.map((label, number) => `#define ${this.#name(label)} ${number}`),
      '',
      '/* The places of the protocol have the numbers of the points in the generated table. It starts and ends here: */',
      `#define START ${start}`,
      `#define END ${end ?? NOWHERE[this.placeType]}${end === undefined ? '  /* it never does */' : ''}`,
    ]
    if (this.#streams.length > 0) lines.push('', ...this.#streamLines())
    return `${lines.join('\n')}\n`
  }

  #streamLines(): string[] {
    const ahead = (role: Role): string => {
      const numbers = this.#streams.filter(({ from }) => from === role).flatMap((stream) => stream.ahead)
      return anyOf(numbers.map((number) => `at == ${number}`))
    }
    return [
      "/* The next message of the program's at this place is a stream of the master's, or of the peer's. */",
      `#define MASTER_STREAMS (${ahead('master')})`,
      `#define PEER_STREAMS (${ahead('peer')})`,
      '/* How many items its receiver holds at most, and which place comes after it. */',
      '#define SMALL(window) (window < WINDOW_MAX -> window : WINDOW_MAX)',
      `#define WINDOW ${this.#byPlace(({ window }) => `SMALL(${window})`)}`,
      `#define AFTER_STREAM ${this.#byPlace(({ next }) => `${next}`)}`,
    ]
  }

  /** An expression that depends on the place. */
  #byPlace(value: (stream: StreamPlaces) => string): string {
    return this.#streams.reduceRight((rest, stream) => {
      const here = anyOf(stream.ahead.map((number) => `at == ${number}`))
      return `(${here} -> ${value(stream)} : ${rest})`
    }, '0')
  }

  /** What each side may say. */
  moves(): string {
    const lines = this.#places.moving.flatMap((place) => [
      `  /* place ${place.number}: ${place.from} ${does(place)} */`,
      ...place.moves.map((move) => {
        return `  :: atomic { MAY_SAY(${place.number}, ${place.from.toUpperCase()}) -> ${this.#saying(move)} }`
      }),
    ])
    return `${lines.join('\n')}\n`
  }

  #saying({ label, next, signal, stream }: ModelMove): string {
    const name = this.#name(label)
    if (stream !== undefined) return `say_stream(${name})`
    return signal ? `say_automatic(${name}, ${next})` : `say(${name}, ${next})`
  }

  /** What each side takes in at each place, and what follows from it. */
  arrivals(): string {
    const lines = this.#places.moving.flatMap(({ number, from, moves }) => {
      const receiver = otherRole(from).toUpperCase()
      return moves.map((move) => {
        const name = this.#name(move.label)
        return `  :: STANDS(${number}, ${receiver}) && label == ${name} -> ${this.#hearing(move)}`
      })
    })
    return `${lines.join('\n')}\n`
  }

  #hearing({ label, next, signal, stream }: ModelMove): string {
    if (signal) return `at = ${next}`
    const heard = `last = ${this.#name(label)}`
    return stream === undefined ? `${heard}; go(${next})` : `${heard}; streaming = true`
  }

  #name(label: string): string {
    const name = this.#names.get(label)
    if (name === undefined) throw new Error(`no name for label ${label}`)
    return name
  }
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : `(${conditions.join(' || ')})`
}

function does({ moves }: ModelPlace): string {
  const labels = moves.map(({ label, stream }) =>
    stream === undefined ? label : `${label}, a stream of window ${stream}`,
  )
  return labels.length === 1 ? `says ${labels[0]}` : `says one of ${labels.join(', ')}`
}
