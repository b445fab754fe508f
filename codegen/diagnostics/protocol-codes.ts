/** STEER2xxx: a protocol is well written, but its conversation or its generated names do not hold together. */

export const PROTOCOL_CODES = {
  STEER2001: {
    severity: 'error',
    title: 'loop round without a message',
    explanation:
      "Some path through the body of this loop goes round without a message of the user's. Such a round would spin for ever without either side having to act. Handshakes, keepalives, hooks and points do not count.",
    hint: 'put a message on each path that goes round',
    example: 'loop((again, leave) => [txKeepalive(), again])',
  },
  STEER2002: {
    severity: 'error',
    title: 'unreachable step',
    explanation: 'No path through the protocol leads to this step.',
    hint: 'remove it, or let a branch or a loop before it go on',
    example: "export const A = steer('a', forever(() => [send('tick')]), receive('bye'))",
  },
  STEER2003: {
    severity: 'error',
    title: 'loop that nothing leaves',
    explanation:
      'Each `loop` has a path out of it: one that ends in its own `leave`, or in a jump of a loop around it, since an exit through an outer loop leaves the inner one as well. A loop without an exit is written `forever`, so that it is one on purpose.',
    hint: 'end a branch in `leave`, or write `forever`',
    example: "export const A = steer('a', loop((again, _leave) => [send('tick'), again]))",
  },
  STEER2004: {
    severity: 'error',
    title: 'loop whose exit cannot be reached',
    explanation:
      'The `leave` of this loop is written down, but no path through the protocol leads to it, nor to a jump of a loop around it.',
    hint: 'let a path reach the `leave`, or write `forever`',
  },
  STEER2005: {
    severity: 'error',
    title: 'place from which no end can be reached',
    explanation: 'From this place on the conversation can neither end nor go on in a loop that is declared `forever`.',
    hint: 'give the loop around it a way out',
  },
  STEER2006: {
    severity: 'error',
    title: 'choice without branches',
    explanation: 'A choice needs a branch: without one, neither side could ever go on.',
    hint: 'add a branch, such as `done: on()`',
    example: "export const A = steer('a', choose({}))",
  },
  STEER2007: {
    severity: 'warning',
    title: 'choice with one branch',
    explanation: 'Where there is one branch, nothing is chosen.',
    hint: 'write `send` or `receive` with this label, or add the other branch',
    example: "export const A = steer('a', choose({ ask: on() }))",
  },
  STEER2008: {
    severity: 'error',
    title: 'protocol without a message',
    explanation:
      "Nothing would ever cross the wire but automatic frames, and no code of the user's would have a state to act in.",
    hint: 'add a `send` or a `receive`',
    example: "export const A = steer('a', txHandshake())",
  },
  STEER2009: {
    severity: 'warning',
    title: 'state named by a number',
    explanation:
      'Two states have the same label, the same enclosing branches and the same steps before them, so the generated name of one is the label with a number. Such a name changes when steps are moved.',
    hint: "name the place with `point('name')`",
    example:
      "export const A = steer('a', receive('x'), loop((_again, leave) => [receive('x'), offer({ y: on(leave), z: on() })]))",
  },
  STEER2010: {
    severity: 'error',
    title: 'clash of generated type names',
    explanation: 'Two things of this file would give the generated file two types with one name.',
    hint: 'rename one of the two',
  },
  STEER2011: {
    severity: 'error',
    title: 'point that names no state',
    explanation:
      'A point names the state of the side whose turn it is at its place. At this place no message has arrived that it could name.',
    hint: 'move the point behind the messages whose arrival it names, or remove it',
    example: "export const A = steer('a', send('ask'), point('over'))",
  },
  STEER2012: {
    severity: 'error',
    title: 'two points with one name',
    explanation: 'A point gives a state its name, and the names of states are unique for each side.',
    hint: 'give one of them another name',
    example: "export const A = steer('a', send('x'), point('p'), receive('y'), point('p'), send('z'))",
  },
  STEER2013: {
    severity: 'error',
    title: 'two outcomes with one name',
    explanation:
      'An outcome is named by its last label, where that is not unique with the side that sent it, else by its path. Here even the paths are the same.',
    hint: 'give one of the last messages another label',
  },
  STEER2014: {
    severity: 'error',
    title: 'labels that differ only in their punctuation or case',
    explanation:
      'Names of generated types are written in PascalCase. Two labels that come out the same there cannot stand in one protocol.',
    hint: 'rename one of the two labels',
    example: "export const A = steer('a', choose({ 'go-on': on(), go_on: on() }))",
  },
  STEER2015: {
    severity: 'error',
    title: 'the pair is not safe',
    explanation:
      'The two machines that were about to be emitted were run against each other, and came to a place where one receives what it does not expect, a message stays unread, or both wait. The message shows the shortest way there. A declaration cannot cause this: it is a defect of the generator.',
    hint: 'report it, with the declaration',
  },
} as const
