/** Who is at the other end of a link, where it has proved that. */
export interface PeerIdentity {
  /** 32 bytes: its public key. */
  readonly publicKey: Uint8Array
  /** The same in hex, to compare and to show. */
  readonly id: string
}
