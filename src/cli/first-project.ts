/** What `coxswain init` writes: the smallest program that is worth reading. Pure. */

const PORT = 7070

/** Versions of what the project needs beside coxswain; tested together. */
const TOOLS = { 'ts-morph': '28.0.0', tsx: '4.23.15', typescript: '6.0.3' }

const SCRIPTS = {
  gen: 'coxswain gen',
  master: 'tsx master.ts',
  peer: 'tsx peer.ts',
}

export interface FirstFile {
  readonly path: string
  readonly text: string
}

/** The files beside package.json. */
export const FIRST_FILES: readonly FirstFile[] = [
  {
    path: 'greet.steer.ts',
    text: `import { answer, steer, txKeepalive } from 'coxswain/steer'

export interface Question {
  name: string
}

export interface Greeting {
  text: string
}

/** The peer says who it is, the master greets it. Written from the master's side. */
export const Greet = steer('greet', answer<Question, Greeting>('hello'), txKeepalive())
`,
  },
  {
    path: 'master.ts',
    text: `import { listen } from 'coxswain'

import { Greet } from './greet.gen.js'

const server = await listen({
  port: Number(process.env.PORT ?? ${PORT}),
  security: 'none',
  serve: [Greet.master.with({ hello: (turn) => turn.send.reply({ text: \`Hello, \${turn.message.name}!\` }) })],
})
console.log(\`listening on port \${server.port}\`)

process.once('SIGINT', () => void server.close({ deadlineMs: 1000 }))
`,
  },
  {
    path: 'peer.ts',
    text: `import { connect } from 'coxswain'

import { Greet } from './greet.gen.js'

const link = await connect({ port: Number(process.env.PORT ?? ${PORT}), security: 'none' })
const { outcome, message } = await Greet.peer.handle(link, { start: (turn) => turn.send.hello({ name: process.argv[2] ?? 'world' }) })
console.log(outcome === 'cancelled' ? 'the master cancelled' : message.text)
await link.close()
`,
  },
  {
    path: 'tsconfig.json',
    text: `${JSON.stringify(
      {
        compilerOptions: {
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable'],
          module: 'nodenext',
          types: ['node'],
          strict: true,
          noEmit: true,
          skipLibCheck: true,
        },
      },
      null,
      2,
    )}\n`,
  },
]

/** A package.json as `init` leaves it: what was there stays, what is needed is added. */
export interface Manifest {
  readonly type?: unknown
  readonly scripts?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, unknown>>
  readonly devDependencies?: Readonly<Record<string, unknown>>
}

/** Adds what the first project needs; nothing that is there is changed. */
export function completeManifest(existing: Manifest, folderName: string, version: string): Manifest {
  const named = Object.keys(existing).length === 0 ? { name: packageNameOf(folderName), private: true } : {}
  return {
    ...named,
    ...existing,
    type: 'module',
    scripts: { ...SCRIPTS, ...existing.scripts },
    dependencies: { coxswain: version, ...existing.dependencies },
    devDependencies: { '@types/node': '20.19.43', ...TOOLS, ...existing.devDependencies },
  }
}

const NAME_MAX_LENGTH = 214

/** npm's rules for names, in short: lower case, url-safe, not beginning with a dot or an underscore. */
function packageNameOf(folderName: string): string {
  const name = folderName
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, NAME_MAX_LENGTH)
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? 'first-conversation' : name
}
