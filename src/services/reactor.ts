/** The reactor, with what sessions add to it. */

import { systemClock } from '../base/clock.ts'
import {
  reactor as startReactor,
  type Reactor,
  type ReactorOptions as BareOptions,
  type ReactorView,
} from '../reactor/index.ts'
import { serveControl } from './control/control-server.ts'
import type { ControlSocket } from './control/control-socket.ts'
import { LinkDesk, setDesk } from './link-desk.ts'
import { linksOf } from './live-links.ts'

/** Options of `reactor`. */
export interface ReactorOptions<M> extends BareOptions<M> {
  /** Lets `coxswain ps` and `coxswain top` look. Default: nobody can. */
  readonly control?: ControlOptions | undefined
}

export interface ControlOptions {
  /**
   * Of a unix socket, which only its owner can open (0600). One that nobody listens on is replaced; where somebody does, the
   * reactor does not start. Taken away before `done`. At most 90 bytes.
   */
  readonly path: string
}

/**
 * Makes a reactor, which starts in the next turn of the event loop. Whoever makes it closes it with `shutdown`; until `done` it
 * keeps the process alive.
 *
 * @throws SteerError `misuse` for names that are there twice or not at all, for services that depend on each other in a circle,
 * for values out of range, and for metadata that cannot go to an isolate.
 */
export function reactor<M>({ control, ...options }: ReactorOptions<M>): Reactor<M> {
  const desk = new LinkDesk()
  let socket: ControlSocket | undefined
  const open = async (path: string, view: ReactorView): Promise<void> => {
    const linksOfService = (name: string): ReturnType<typeof linksOf> => {
      const service = view.serviceOf(name)
      return service === undefined ? desk.linksOf(name) : linksOf(service)
    }
    socket = await serveControl(path, { ...view, linksOf: linksOfService }, systemClock)
  }
  const made = startReactor(options, {
    onStream: (service, stream) => desk.opened(service, stream),
    onDown: (service, error) => desk.down(service, error),
    onStart: control === undefined ? undefined : (view) => open(control.path, view),
    onDone: async () => {
      await socket?.close()
    },
  })
  setDesk(made, desk)
  return made
}
