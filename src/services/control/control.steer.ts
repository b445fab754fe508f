import { receive, send, steer } from 'coxswain/steer'

/** A service of a reactor, as `ps` shows it. */
export interface ServiceRow {
  name: string
  state: string
  isolate: 'inline' | 'thread' | 'process'
  ready: boolean
  cycle: number
  incarnation: number
  /** In a row. */
  failures: number
  /** In all. */
  failed: number
  nextRestartInMs?: number
  uptimeMs?: number
  lastOutcome?: string
  /** An old main that was told to end still runs. */
  zombie: boolean
  dependsOn: string[]
}

/** A session on a link of a service. */
export interface SessionRow {
  service: string
  link: string
  /** The address of the other side, where it has one. */
  remote?: string
  session: number
  protocol: string
  /** The side that the service plays. */
  role: 'master' | 'peer'
  /** The last thing said in either direction. */
  after?: string
  /** Whose move is next. */
  waitsFor?: 'master' | 'peer'
}

/** A reactor at a moment. */
export interface Snapshot {
  reactor: string
  pid: number
  uptimeMs: number
  services: ServiceRow[]
  /** Open links of its services. */
  links: number
  sessions: SessionRow[]
  /** How many sessions more there are than are listed. */
  sessionsLeftOut: number
}

/** Whoever may open the control socket asks what a reactor looks like. */
export const Control = steer('coxswain-control', send('ask'), receive<Snapshot>('snapshot'))
