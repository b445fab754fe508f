/** All peers by name. Each is loaded in the process that needs it, and nowhere else. */

import type { Peer } from './peer.ts'

const PEERS: Readonly<Record<string, () => Promise<Peer>>> = {
  coxswain: () => import('./coxswain.ts'),
  limit: () => import('./limit.ts'),
  net: () => import('./net.ts'),
  ws: () => import('./ws.ts'),
  grpc: () => import('./grpc.ts'),
  connect: () => import('./connect.ts'),
  trpc: () => import('./trpc.ts'),
  'wrong-limit': () => import('./wrong-limit.ts'),
}

export function loadPeer(name: string): Promise<Peer> {
  const load = PEERS[name]
  if (load === undefined) throw new Error(`there is no peer ${name}`)
  return load()
}
