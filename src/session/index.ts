/** Links and sessions: what the layers above use. */

export { attach, openLink, type AttachOptions } from './attach.ts'
export { connect, type ConnectOptions, type RetrySettings } from './connect.ts'
export { listen, type Listener, type ListenOptions } from './listen.ts'
export { checkAddress, checkSecurity, type Address, type InsecureSettings, type LinkSettings } from './link-settings.ts'
export { sessionsOf, type SessionView } from './views.ts'
export type { Link, ServeEntry } from '../kernel/link.ts'
