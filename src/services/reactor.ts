/** The reactor, with what sessions add to it. */

import { reactor as startReactor, type Reactor, type ReactorOptions } from '../reactor/index.ts'
import { LinkDesk, setDesk } from './link-desk.ts'

/**
 * Makes a reactor, which starts in the next turn of the event loop. Whoever makes it closes it with `shutdown`; until `done` it
 * keeps the process alive.
 *
 * @throws SteerError `misuse` for names that are there twice or not at all, for services that depend on each other in a circle,
 * for values out of range, and for metadata that cannot go to an isolate.
 */
export function reactor<M>(options: ReactorOptions<M>): Reactor<M> {
  const desk = new LinkDesk()
  const made = startReactor(options, {
    onStream: (service, stream) => desk.opened(service, stream),
    onDown: (service, error) => desk.down(service, error),
  })
  setDesk(made, desk)
  return made
}
