/** What a reactor tells whoever may open its control socket: `coxswain ps` and `coxswain top`. */

import type { Clock } from '../../base/clock.ts'
import type { ServiceSnapshot } from '../../reactor/index.ts'
import { sessionsOf, type Link } from '../../session/index.ts'
import { Control, type ServiceRow, type SessionRow, type Snapshot } from './control.gen.ts'
import { openControlSocket, type ControlSocket } from './control-socket.ts'

/** Sessions listed in one snapshot. The rest are counted. */
const SESSIONS_MAX = 500
/** Services listed in one snapshot. */
const SERVICES_MAX = 2000
/** Whoever looks. */
const LINKS_MAX = 16

export interface ControlView {
  readonly name: string
  services(): readonly ServiceSnapshot[]
  linksOf(service: string): readonly Link[]
}

/** @throws as `openControlSocket` does. */
export function serveControl(path: string, view: ControlView, clock: Clock): Promise<ControlSocket> {
  const startedAt = clock.now()
  const control = Control.peer.with({ ask: ({ send }) => send.snapshot(takeSnapshot(view, clock.now() - startedAt)) })
  return openControlSocket(path, { serve: [control], limits: { linksMax: LINKS_MAX } })
}

function takeSnapshot(view: ControlView, uptimeMs: number): Snapshot {
  const services = view.services().slice(0, SERVICES_MAX)
  const links = services.flatMap(({ name }) => view.linksOf(name).map((link) => ({ service: name, link })))
  const sessions = links.flatMap(({ service, link }) => sessionRows(service, link))
  return {
    reactor: view.name,
    pid: process.pid,
    uptimeMs: Math.floor(uptimeMs),
    services: services.map(serviceRow),
    links: links.length,
    sessions: sessions.slice(0, SESSIONS_MAX),
    sessionsLeftOut: Math.max(0, sessions.length - SESSIONS_MAX),
  }
}

function serviceRow({ nextRestartInMs, uptimeMs, lastOutcome, dependsOn, ...service }: ServiceSnapshot): ServiceRow {
  return {
    ...service,
    dependsOn: [...dependsOn],
    ...(nextRestartInMs === undefined ? {} : { nextRestartInMs }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    ...(lastOutcome === undefined ? {} : { lastOutcome }),
  }
}

function sessionRows(service: string, link: Link): SessionRow[] {
  const { id, remoteAddress: remote } = link
  return sessionsOf(link).map(({ after, waitsFor, ...session }) => ({
    service,
    link: id,
    ...session,
    ...(remote === undefined ? {} : { remote }),
    ...(after === undefined ? {} : { after }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  }))
}
