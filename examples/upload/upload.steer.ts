import {
  choose,
  on,
  receive,
  receiveStream,
  rxHandshake,
  steer,
  type Bytes,
  type Int,
  type Match,
  type Text,
} from 'coxswain/steer'

export interface FileMeta {
  /** A plain name: no folder, no dot in front. */
  name: Text<{ max: 255 }> & Match<'[A-Za-z0-9_-][A-Za-z0-9._-]*'>
  size: Int
  /** SHA-256 of the content. */
  sha256: Bytes<{ max: 32 }>
}

export interface Rejected {
  reason: Text<{ max: 200 }>
}

export interface Stored {
  bytes: Int
}

export interface Mismatch {
  /** SHA-256 of what arrived. */
  got: Bytes<{ max: 32 }>
}

export type Chunk = Bytes<{ max: 65_536 }>

/** A peer uploads a file; the master decides whether it wants it, and checks what has come. */
export const Upload = steer(
  'upload',
  rxHandshake(),
  receive<FileMeta>('meta'),
  choose({
    refuse: on<Rejected>(),
    accept: on(
      receiveStream<Chunk>('chunks', { window: 16 }),
      choose({
        stored: on<Stored>(),
        corrupt: on<Mismatch>(),
        // The disk is full, or more came than was announced.
        stopped: on<Rejected>(),
      }),
    ),
  }),
)
