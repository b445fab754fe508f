/** The list of commands. None of them is loaded for another's sake: some need a compiler, some cryptography. */

import type { CommandEntry } from './command.ts'

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'writes a first protocol, a master and a peer into an empty folder',
    load: async () => (await import('./init.ts')).initCommand,
  },
  {
    name: 'gen',
    summary: 'writes the generated files of *.steer.ts files',
    load: async () => (await import('./gen.ts')).genCommand,
  },
  {
    name: 'check',
    summary: 'proves declarations, and writes nothing',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'diff',
    summary: 'says whether old and new versions of protocols talk to each other',
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  {
    name: 'diagram',
    summary: 'draws the state machines of protocols',
    load: async () => (await import('./diagram.ts')).diagramCommand,
  },
  {
    name: 'model',
    summary: 'writes a protocol as Promela, for the model checker SPIN',
    load: async () => (await import('./model.ts')).modelCommand,
  },
  {
    name: 'ps',
    summary: 'shows the services and sessions of a running reactor',
    load: async () => (await import('./ps.ts')).psCommand,
  },
  {
    name: 'top',
    summary: 'shows a running reactor, and goes on showing it',
    load: async () => (await import('./top.ts')).topCommand,
  },
  {
    name: 'keygen',
    summary: 'makes a shared key, or an identity, for secure links',
    load: async () => (await import('./keygen.ts')).keygenCommand,
  },
]
