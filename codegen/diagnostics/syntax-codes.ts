/** STEER1xxx: a declaration is not written in the steer language. */

export const SYNTAX_CODES = {
  STEER1001: {
    severity: 'error',
    title: 'TypeScript reports an error',
    explanation:
      'A declaration is ordinary TypeScript, and its types are read through the compiler. Where the compiler finds an error, the types that it would give for the payloads cannot be relied upon. The message carries the number and the text of the compiler.',
    hint: 'correct the TypeScript error',
    example: "export const Health = steer('health', receive<Statsu>('status'))",
  },
  STEER1002: {
    severity: 'warning',
    title: 'file without a protocol',
    explanation: 'A file named `*.steer.ts` holds no protocol, so nothing is generated from it.',
    hint: "export one, `export const Name = steer('name', ...)`, or name the file without `.steer`",
    example: 'export interface Status { load: number }',
  },
  STEER1003: {
    severity: 'error',
    title: 'protocol that is not an exported constant',
    explanation:
      'Each protocol is the whole initializer of an exported `const`: its generated name is the name of that constant, and other files can include it. A call of `steer` anywhere else declares nothing.',
    hint: "write `export const Name = steer('name', ...)`",
    example: "const Health = steer('health', send('ask'))",
  },
  STEER1004: {
    severity: 'error',
    title: 'name or label that is not a string literal',
    explanation:
      'Names of protocols, labels, and names of hooks and points are read from the syntax. A declaration is never run, so nothing in it is computed.',
    hint: 'write the text itself, in quotes',
    example: "export const Health = steer(prefix + 'health', send('ask'))",
  },
  STEER1005: {
    severity: 'error',
    title: 'malformed name of a protocol',
    explanation:
      'The name of a protocol goes on the wire. It has 1 to 64 characters, begins with a lower-case letter or a digit, and goes on with those, dots and hyphens.',
    hint: 'use lower-case letters, digits, `.` and `-`',
    example: "export const Health = steer('Health', send('ask'))",
  },
  STEER1006: {
    severity: 'error',
    title: 'two protocols with one name in a file',
    explanation: 'The name on the wire tells protocols apart. Two of one file cannot share it.',
    hint: 'give one of them another name',
    example: "export const A = steer('health', send('ask'))\nexport const B = steer('health', send('ask'))",
  },
  STEER1007: {
    severity: 'error',
    title: 'word with wrong arguments',
    explanation: 'A word of the language was given too few, too many or the wrong kind of arguments or type arguments.',
    hint: 'the documentation of the word shows its form',
    example: "export const Health = steer('health', send('ask', 'now'))",
  },
  STEER1008: {
    severity: 'error',
    title: 'not a step',
    explanation:
      'A list of steps holds calls of the words of `coxswain/steer`, and as its last element a jump. Anything else has no meaning there.',
    hint: 'write one of the words, such as `send`, `receive`, `choose`, `offer` or `loop`',
    example: "export const Health = steer('health', 'status')",
  },
  STEER1009: {
    severity: 'error',
    title: 'computed declaration',
    explanation:
      'Steps, branches and the bodies of loops are literals. A declaration is read, never run: a spread, a condition, a variable or a function body would have to be computed.',
    hint: 'write the steps out; to share them, declare a protocol of their own and use `include`',
    example: "export const Health = steer('health', ...steps)",
  },
  STEER1010: {
    severity: 'error',
    title: 'jump that is not last',
    explanation: 'A jump, `again` or `leave`, ends its list of steps: what stands after it could never happen.',
    hint: 'move the jump to the end of its list, or remove what follows',
    example: "loop((again, leave) => [leave, send('ask')])",
  },
  STEER1011: {
    severity: 'error',
    title: 'jump of a loop that is not around it',
    explanation: 'A jump is one of the two parameters of a loop that encloses it.',
    hint: 'name the parameters of the enclosing loop: `loop((again, leave) => [...])`',
    example: "export const Health = steer('health', send('ask'), again)",
  },
  STEER1012: {
    severity: 'error',
    title: 'malformed label',
    explanation:
      'Labels have 1 to 64 characters out of letters, digits, `_` and `-`. Hooks are members of an object in user code and points are parts of type names, so their names have no `-` and do not begin with a digit.',
    hint: 'use letters, digits and `_`; in a label `-` too',
    example: "export const Health = steer('health', send('ask now'))",
  },
  STEER1013: {
    severity: 'error',
    title: 'reserved label',
    explanation:
      'Labels and points become names in the generated API. `start`, `end`, `sent`, `then`, `reply`, `constructor`, `__proto__` and `prototype` mean something else there; for a hook only the last three do.',
    hint: 'choose another label',
    example: "export const Health = steer('health', send('then'))",
  },
  STEER1014: {
    severity: 'error',
    title: 'two branches with one label',
    explanation: 'The label is what tells the branches of a choice apart on the wire.',
    hint: 'give each branch a label of its own',
    example: 'choose({ yes: on(), yes: on() })',
  },
  STEER1015: {
    severity: 'error',
    title: 'declaration nested too deeply',
    explanation: 'Choices, loops and included protocols nest at most 64 deep.',
    hint: 'put steps after the choice instead of into each branch, or split the protocol',
  },
  STEER1016: {
    severity: 'error',
    title: 'protocol too large',
    explanation: 'A protocol has at most 10000 steps and branches, included protocols counted in.',
    hint: 'split the protocol into several',
  },
  STEER1018: {
    severity: 'error',
    title: 'not a protocol',
    explanation:
      '`include` and `flip` take the name of an exported protocol, of this file or imported from the file that declares it.',
    hint: 'name a constant that is declared as `export const Name = steer(...)`',
    example: "export const Health = steer('health', include(Status))",
  },
  STEER1019: {
    severity: 'error',
    title: 'protocols that include each other',
    explanation:
      'The steps of an included protocol are put in place. A protocol that reaches itself would have no end.',
    hint: 'use `loop` to repeat steps',
    example: "export const A = steer('a', send('x'), include(A))",
  },
  STEER1020: {
    severity: 'error',
    title: 'unknown option of a protocol',
    explanation: 'The options of `steer` are an object literal with the one member `open`, which is `true` or `false`.',
    hint: 'write `steer(name, { open: true }, ...steps)`',
    example: "export const Health = steer('health', { opne: true }, send('ask'))",
  },
  STEER1021: {
    severity: 'error',
    title: 'step outside of a protocol',
    explanation: 'A word of the language stands where no protocol contains it, so it would be ignored.',
    hint: 'put it among the steps of a protocol, or remove it',
    example: "const ask = send('ask')",
  },
  STEER1022: {
    severity: 'error',
    title: 'wrong options of a stream',
    explanation:
      'The options of `sendStream` and `receiveStream` are an object literal with the one member `window`, an integer literal from 1 to 65535: how many items the receiver holds unread. Left out, it is 16.',
    hint: 'write a literal, such as `{ window: 16 }`',
    example: "sendStream<string>('lines', { window: 0 })",
  },
  STEER1023: {
    severity: 'error',
    title: 'time that no timer can hold',
    explanation:
      'The time of `within` is an integer literal from 1 to 2147483647 (2^31 - 1), in milliseconds: a timer holds no more, and a computed value would never be known, since a declaration is not run.',
    hint: 'write the milliseconds out, such as `within(5000, ...)`',
    example: "within(Infinity, send('ask'))",
  },
} as const
