import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, test } from 'vitest'
import { createFirstProject, greet, runScript, scriptOf, typeCheck } from './first-project.ts'
import { compileExample, createReadmeProject, runExample } from './readme-example.ts'
import { listFiles, packAndInstall, readManifest, ROOT, runNode, type Packed } from './packed.ts'

const SUBPATHS = Object.keys(readManifest(ROOT).exports).filter((subpath) => subpath !== './package.json')
const SPECIFIERS = SUBPATHS.map((subpath) => subpath.replace('.', 'coxswain'))
const COMPILERS = ['typescript-5.9', 'typescript', 'typescript-7.0']

let packed: Packed

beforeAll(async () => {
  packed = await packAndInstall()
  return () => {
    packed.remove()
  }
}, 180_000)

/** The paths of what a map of the package leads to, from the package's folder. */
function sourcesOf(map: string): string[] {
  const { sources } = JSON.parse(readFileSync(join(packed.installed, map), 'utf8')) as { sources: string[] }
  return sources.map((source) => join(dirname(map), source).replaceAll(sep, '/'))
}

describe('the tarball', () => {
  test('holds what is built, its sources and the papers, and nothing else', () => {
    const others = listFiles(packed.installed).filter(
      (path) => !/^(dist\/[^/]+\.js(\.map)?$|(dist\/)?(src|codegen)\/)/.test(path),
    )
    expect(others).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
  })

  test('has for each source its declarations, and every map leads to sources that are there', () => {
    const files = listFiles(packed.installed)
    const sources = files.filter((path) => /^(src|codegen)\/.*(?<!\.steer)\.ts$/.test(path))
    expect(sources.length).toBeGreaterThan(100)
    for (const source of sources) expect(files).toContain(`dist/${source.replace(/\.ts$/, '.d.ts')}`)
    for (const declaration of files.filter((path) => path.endsWith('.d.ts'))) {
      expect(files).toContain(`${declaration}.map`)
    }
    const maps = files.filter((path) => path.endsWith('.map'))
    for (const map of maps) {
      const missing = sourcesOf(map).filter((source) => !files.includes(source))
      expect(missing, map).toEqual([])
    }
  })

  test('has a map for each module that holds more than the names of others', () => {
    const files = listFiles(packed.installed)
    const modules = files.filter((path) => path.endsWith('.js') && !files.includes(`${path}.map`))
    for (const path of modules) {
      // The bundler's own, of which there is no source.
      if (path === 'dist/rolldown-runtime.js') continue
      const lines = readFileSync(join(packed.installed, path), 'utf8').split('\n')
      const others = lines.filter((line) => line !== '' && !/^(import|export) \{.*\}( from ".*")?;$/.test(line))
      expect(others, path).toEqual([])
    }
    expect(modules.length).toBeLessThan(6)
  })

  test('holds each source in one module alone, so that there is one of everything', () => {
    const maps = listFiles(packed.installed).filter((path) => path.endsWith('.js.map'))
    const sources = maps.flatMap(sourcesOf)
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter((source, index) => sources.indexOf(source) !== index)).toEqual([])
  })

  test('is written in the syntax of the Node that runs this', { timeout: 60_000 }, async () => {
    const modules = listFiles(packed.installed).filter((path) => path.endsWith('.js'))
    expect(modules.length).toBeGreaterThan(10)
    for (const path of modules) {
      expect(await runNode(['--check', path], packed.installed), path).toEqual({ code: 0, output: '' })
    }
  })

  test('imports Node, itself, and what its package.json names', () => {
    const { dependencies, peerDependencies } = readManifest(packed.installed)
    const named = [...Object.keys(dependencies), ...Object.keys(peerDependencies)]
    const modules = listFiles(packed.installed).filter((path) => path.endsWith('.js'))
    const imported = modules.flatMap((path) => {
      const text = readFileSync(join(packed.installed, path), 'utf8')
      return [...text.matchAll(/^import (?:.* from )?"([^"]+)";$|\bimport\("([^"]+)"\)/gm)].map(
        ([, at = '', later]) => later ?? at,
      )
    })
    const packages = imported.filter((name) => !/^(\.\/|node:)/.test(name))
    expect(packages.length).toBeGreaterThan(0)
    expect(packages.filter((name) => !named.some((one) => name === one || name.startsWith(`${one}/`)))).toEqual([])
  })

  test('runs nothing when it is installed', () => {
    const { scripts = {} } = readManifest(packed.installed)
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([])
  })

  test('gives publint nothing to say', async () => {
    const bytes = readFileSync(packed.tarball)
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
    const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion' })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('gives attw nothing to say under its profile for packages that are ESM alone', { timeout: 60_000 }, async () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const { code, output } = await runNode([attw, packed.tarball, '--profile', 'esm-only'], packed.project)
    expect(code, output).toBe(0)
    for (const specifier of SPECIFIERS) expect(output).toContain(`"${specifier}"`)
  })
})

describe('an empty project that has installed it', () => {
  test('has neither ts-morph nor a compiler', () => {
    for (const name of ['ts-morph', 'typescript'])
      expect(existsSync(join(packed.project, 'node_modules', name))).toBe(false)
  })

  test.each(SPECIFIERS)('loads %s by import and by require, the same module', async (specifier) => {
    const script = `
      import { createRequire } from 'node:module'
      const imported = await import('${specifier}')
      const required = createRequire(import.meta.url)('${specifier}')
      console.log(JSON.stringify({ same: imported === required, names: Object.keys(imported) }))`
    const { code, output } = await runNode(['--input-type=module', '--eval', script], packed.project)
    expect(code, output).toBe(0)
    const { same, names } = JSON.parse(output) as { same: boolean; names: string[] }
    expect(same).toBe(true)
    expect(names.length).toBeGreaterThan(0)
    expect(names).not.toContain('default')
  })

  test.each(SPECIFIERS)('loads %s by require in a CommonJS file before anything was imported', async (specifier) => {
    const script = `console.log(typeof require('${specifier}'))`
    const { code, output } = await runNode(['--input-type=commonjs', '--eval', script], packed.project)
    expect({ code, output }).toEqual({ code: 0, output: 'object\n' })
  })

  /** What a script has loaded of Node, and of the package. */
  async function loadedBy(script: string): Promise<{ builtins: string[]; files: string[]; sources: string[] }> {
    // The debugger says of which scripts there are; what is loaded of Node is read before it comes.
    const look = `
      const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule '))
      const { Session } = await import('node:inspector')
      const session = new Session()
      session.connect()
      const scripts = []
      session.on('Debugger.scriptParsed', ({ params }) => scripts.push(params.url))
      session.post('Debugger.enable', () => console.log(JSON.stringify({ builtins, scripts })))`
    const { code, output } = await runNode(['--input-type=module', '--eval', script + look], packed.project)
    expect(code, output).toBe(0)
    const { builtins, scripts } = JSON.parse(output) as Readonly<Record<'builtins' | 'scripts', string[]>>
    const paths = scripts.filter((url) => /^file:.*\.[cm]?js$/.test(url)).map((url) => fileURLToPath(url))
    const files = paths.map((file) => relative(packed.installed, file).replaceAll(sep, '/'))
    const sources = files
      .filter((path) => existsSync(join(packed.installed, `${path}.map`)))
      .flatMap((path) => sourcesOf(`${path}.map`))
    return { builtins, files, sources }
  }

  const UNWANTED =
    /^codegen\/|^src\/(cli|reactor|services|testing)\/|^src\/secure\/(noise|.*(channel|handshake|provider|aead|suite|security))/
  const ALLOWED = ['src/secure/provider.ts', 'src/secure/suite.ts']

  test('opens a plain link with few files, and without cryptography or what else it has no use for', async () => {
    const { builtins, files, sources } = await loadedBy(`
      const { connect, listen } = await import('coxswain')
      await import('coxswain/kernel-v1')
      const server = await listen({ port: 0, security: 'none' })
      const link = await connect({ port: server.port, security: 'none' })
      await link.close()
      await server.close()`)
    expect(builtins).toContain('NativeModule net')
    expect(builtins.filter((name) => /^NativeModule (crypto|tls|https?|http2)$/.test(name))).toEqual([])
    expect(files).toContain('dist/index.js')
    expect(files.filter((path) => !path.startsWith('dist/'))).toEqual([])
    expect(files.length).toBeLessThanOrEqual(6)
    expect(sources).toContain('src/session/link.ts')
    expect(sources.filter((source) => UNWANTED.test(source) && !ALLOWED.includes(source))).toEqual([])
  })

  test('imports it and generated code without sockets and sessions, which come with the first link', async () => {
    const { builtins, files, sources } = await loadedBy(`
      await import('coxswain')
      await import('coxswain/kernel-v1')`)
    expect(builtins).not.toContain('NativeModule net')
    expect(files.length).toBeLessThanOrEqual(4)
    expect(sources).toContain('src/session/on-demand.ts')
    expect(sources.filter((source) => /^src\/(session|wire)\/(?!on-demand)/.test(source))).toEqual([])
  })

  test('takes a stream over from a program that has read its beginning, and loses nothing while it loads', async () => {
    // What comes while the library is loaded is a hello, as docs/wire-format.md has it.
    const hello = '4358534e0100010000100000000010000008000000' + '0186a000001388'
    const script = `
      import { once } from 'node:events'
      import { connect, createServer } from 'node:net'
      import { attach } from 'coxswain'
      const server = createServer((socket) => {
        socket.once('data', (line) => {
          const opening = attach(socket, { initiator: false, security: 'none', limits: { openMaxMs: 3000 } })
          client.write(Buffer.from('${hello}', 'hex'))
          opening.then(
            (link) => link.close({ deadlineMs: 0 }).then(() => console.log('open')),
            (error) => console.log(error.message),
          ).finally(() => {
            client.destroy()
            server.close()
          })
        })
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const client = connect(server.address().port, '127.0.0.1')
      client.on('error', () => undefined)
      await once(client, 'connect')
      client.write('a line of another protocol')
      client.resume()`
    const { code, output } = await runNode(['--input-type=module', '--eval', script], packed.project)
    expect({ code, output }).toEqual({ code: 0, output: 'open\n' })
  })

  test.each(['thread', 'process'])('runs a service in a %s of its own', async (isolate) => {
    const program = `
      import { reactor } from 'coxswain/reactor'
      export const service = { main: (metadata, ctx) => ctx.sleep(60_000) }
      if (process.argv[2] === 'start') {
        const module = new URL(import.meta.url)
        const r = reactor({ metadata: {}, services: [{ name: 'sleeper', module, isolate: '${isolate}' }] })
        await r.ready
        console.log('ready')
        await r.shutdown()
      }`
    writeFileSync(join(packed.project, `${isolate}.js`), program)
    const { code, output } = await runNode([`${isolate}.js`, 'start'], packed.project)
    expect({ code, output }).toEqual({ code: 0, output: 'ready\n' })
  })

  const secure = `
    const { connect, generateKey, listen } = await import('coxswain')
    const security = { key: generateKey() }
    const server = await listen({ port: 0, security })
    const link = await connect({ port: server.port, security })
    console.log(link.remoteAddress === undefined ? 'nowhere' : 'open')
    await link.close()
    await server.close()`

  test('opens secure links without loading a cipher that Node has', async () => {
    const resolve =
      "export const resolve = (name, context, next) => { if (name.startsWith('@noble/')) throw new Error(name); return next(name, context) }"
    const hook = `import { register } from 'node:module'\nregister(${JSON.stringify(`data:text/javascript,${encodeURIComponent(resolve)}`)})`
    const loader = `data:text/javascript,${encodeURIComponent(hook)}`
    const { code, output } = await runNode(
      ['--import', loader, '--input-type=module', '--eval', secure],
      packed.project,
    )
    expect({ code, output }).toEqual({ code: 0, output: 'open\n' })
  })

  test('opens secure links where Node lacks the cipher', async () => {
    const without = `import crypto from 'node:crypto'
      import { syncBuiltinESMExports } from 'node:module'
      crypto.getCiphers = () => []
      crypto.createCipheriv = () => { throw new Error('not here') }
      syncBuiltinESMExports()`
    const loader = `data:text/javascript,${encodeURIComponent(without)}`
    const { code, output } = await runNode(
      ['--import', loader, '--input-type=module', '--eval', secure],
      packed.project,
    )
    expect({ code, output }).toEqual({ code: 0, output: 'open\n' })
  })

  test.each(COMPILERS)(
    'type-checks what it imports with %s, the declarations of the package included',
    { timeout: 60_000 },
    async (compiler) => {
      const folder = join(packed.project, compiler)
      mkdirSync(folder)
      const uses = SPECIFIERS.map((specifier, index) => `import * as door${String(index)} from '${specifier}'`)
      const names = SPECIFIERS.map((_, index) => `door${String(index)}`)
      writeFileSync(
        join(folder, 'user.ts'),
        `${uses.join('\n')}\nexport const doors: readonly object[] = [${names.join(', ')}]\n`,
      )
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
      const compilerOptions = {
        target: 'es2022',
        module: 'nodenext',
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noEmit: true,
        skipLibCheck: false,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }))
      const { code, output } = await runNode([join(ROOT, 'node_modules', compiler, 'bin/tsc'), '-p', folder], folder)
      expect({ code, output }).toEqual({ code: 0, output: '' })
    },
  )
})

describe('the command', () => {
  const coxswain = (...args: string[]): ReturnType<typeof runNode> =>
    runNode([join(packed.project, 'node_modules/.bin/coxswain'), ...args], packed.project)

  test('says its version', async () => {
    expect(await coxswain('--version')).toEqual({ code: 0, output: `${readManifest(ROOT).version}\n` })
  })

  test('makes a key', async () => {
    const { code, output } = await coxswain('keygen')
    expect(code, output).toBe(0)
    expect(Buffer.from(output, 'base64')).toHaveLength(32)
  })

  test('says how to install ts-morph when it has to read a declaration and there is none', async () => {
    const declaration =
      "import { steer, send } from 'coxswain/steer'\nexport const Hello = steer('hello', send('hello'))\n"
    writeFileSync(join(packed.project, 'hello.steer.ts'), declaration)
    const { code, output } = await coxswain('gen')
    const version = readManifest(ROOT).peerDependencies['ts-morph']
    expect(output).toContain(`npm install --save-dev ts-morph@${String(version)}`)
    expect(output).not.toContain('    at ')
    expect([1, 2]).toContain(code)
  })
})

describe('the example of the README', () => {
  let folder: string

  beforeAll(async () => {
    folder = join(dirname(packed.project), 'readme')
    await createReadmeProject(packed, folder)
  }, 60_000)

  test('compiles under the strictest flags', { timeout: 60_000 }, async () => {
    expect(await compileExample(folder)).toEqual({ code: 0, output: '' })
  })

  test('runs in two processes, and the balancer hears of the worker', { timeout: 60_000 }, async () => {
    expect(await runExample(folder)).toEqual({ balancer: 'w1 0.2\n', worker: { code: 0, output: '' } })
  })
})

describe('the project that init writes', () => {
  let folder: string

  beforeAll(async () => {
    folder = join(dirname(packed.project), 'first')
    await createFirstProject(packed, folder)
  }, 180_000)

  test('generates by its own script, which says so', { timeout: 60_000 }, async () => {
    const { code, output } = await runScript(folder, 'gen')
    expect(output).toContain('1 declaration, 2 files written')
    expect(code).toBe(0)
  })

  test('type-checks under its own tsconfig', { timeout: 60_000 }, async () => {
    expect(await typeCheck(folder)).toEqual({ code: 0, output: '' })
  })

  test('greets from one process to another, and ends on Ctrl-C', { timeout: 60_000 }, async () => {
    expect([scriptOf(folder, 'master'), scriptOf(folder, 'peer')]).toEqual(['tsx master.ts', 'tsx peer.ts'])
    expect(await greet(folder, 'Ada')).toEqual({
      master: 'listening on port PORT\n',
      peer: 'Hello, Ada!\n',
      ended: [0, null],
    })
  })
})
