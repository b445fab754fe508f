/** Links and sessions: what the layers above use. */

export { attach, connect, listen, openLink } from './endpoints.ts'
export type {
  Address,
  AttachOptions,
  ConnectOptions,
  InsecureSettings,
  Listener,
  ListenOptions,
  LinkSettings,
} from './endpoints.ts'
export type { Link, ServeEntry } from '../kernel/link.ts'
