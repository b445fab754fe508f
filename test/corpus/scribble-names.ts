/** The rules on names of a Scribble module: each is declared once, and each use has its declaration, of the right kind. */

import type { Block, Interaction, Message, Module, Name, Parameter, Protocol } from './scribble-syntax.ts'
import { rejected, unsupported, type Finding, type Position } from './verdict.ts'

/** Payload types that tools of the family know without a declaration, in lower case. */
const BUILT_IN = new Set(
  (
    'any bool boolean byte bytes char date double f32 f64 float i8 i16 i32 i64 int int32 int64 integer long null num number ' +
    'object short str string u8 u16 u32 u64 uint uint32 uint64 unit void'
  ).split(' '),
)

/** Clashes between the declarations of the file. */
export function checkDeclarations(module: Module): Finding[] {
  return [
    ...duplicates('declaration', [...module.types, ...module.signatures]),
    ...duplicates(
      'protocol',
      module.protocols.map(({ name }) => name),
    ),
    ...duplicates(
      'import',
      module.imports.map((entry) => ({ ...entry, text: entry.alias ?? entry.module })),
    ),
    ...module.imports
      .filter((entry) => entry.module === module.name)
      .map((entry) => rejected('duplicate-name', entry, 'the module imports itself')),
  ]
}

/** Everything that is wrong with the names in a protocol, in the order of the text. */
export function checkNames(protocol: Protocol, module: Module): Finding[] {
  const checker = new NameChecker(protocol, module)
  checker.block(protocol.body, new Set())
  return [
    ...duplicates('role', protocol.roles),
    ...duplicates(
      'parameter',
      protocol.parameters.map(({ name }) => name),
    ),
    ...checker.findings,
  ]
}

function duplicates(what: string, names: readonly Name[]): Finding[] {
  const seen = new Set<string>()
  return names.flatMap((name): Finding[] => {
    if (seen.has(name.text)) return [rejected('duplicate-name', name, `there are two ${what}s "${name.text}"`)]
    seen.add(name.text)
    return []
  })
}

/** The protocol of this module that a name in `do` means; undefined where it means none. */
export function findProtocol(module: Module, name: string): Protocol | undefined {
  return declaredIn(module).protocols.get(localName(module, name))
}

/** What a module declares, by name. */
interface Declared {
  readonly protocols: ReadonlyMap<string, Protocol>
  readonly types: ReadonlySet<string>
  readonly signatures: ReadonlySet<string>
}

/** A module may have ten thousands of names and of uses, so that no use may look through all names. */
const declared = new WeakMap<Module, Declared>()

function declaredIn(module: Module): Declared {
  const known = declared.get(module)
  if (known !== undefined) return known
  const protocols = new Map<string, Protocol>()
  // Of two with one name, which is a mistake, the first is meant.
  for (const protocol of module.protocols) {
    if (!protocols.has(protocol.name.text)) protocols.set(protocol.name.text, protocol)
  }
  const namesOf = (names: readonly Name[]): ReadonlySet<string> => new Set(names.map(({ text }) => text))
  const made = { protocols, types: namesOf(module.types), signatures: namesOf(module.signatures) }
  declared.set(module, made)
  return made
}

/** What a qualified name is called inside its own module; the name itself where it is of another one. */
function localName(module: Module, name: string): string {
  const prefix = `${module.name ?? ''}.`
  return module.name !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name
}

class NameChecker {
  readonly findings: Finding[] = []
  readonly #protocol: Protocol
  readonly #module: Module

  constructor(protocol: Protocol, module: Module) {
    this.#protocol = protocol
    this.#module = module
  }

  block(block: Block, recursions: ReadonlySet<string>): void {
    for (const interaction of block) this.#interaction(interaction, recursions)
  }

  #interaction(interaction: Interaction, recursions: ReadonlySet<string>): void {
    switch (interaction.kind) {
      case 'message':
        this.#message(interaction.message)
        this.#role(interaction.from)
        this.#role(interaction.to)
        if (interaction.from.text === interaction.to.text) {
          this.#reject('self-message', interaction.to, `${interaction.to.text} would send to itself`)
        }
        return
      case 'choice':
        this.#role(interaction.at)
        for (const branch of interaction.branches) this.block(branch, recursions)
        return
      case 'recursion':
        this.block(interaction.body, new Set(recursions).add(interaction.name.text))
        return
      case 'continue':
        if (!recursions.has(interaction.name.text)) {
          this.#reject('unbound-name', interaction.name, `no recursion "${interaction.name.text}" is around this`)
        }
        return
      case 'do':
        this.#do(interaction)
    }
  }

  #role(role: Name): void {
    if (!this.#protocol.roles.some(({ text }) => text === role.text)) {
      this.#reject('unbound-name', role, `the protocol has no role "${role.text}"`)
    }
  }

  #message(message: Message): void {
    for (const payload of message.payloads ?? []) this.#type(payload)
    // In nuScr a message without payload needs no brackets, and no declaration.
    if (message.payloads !== undefined || this.#module.nuscr || this.#isSignature(message.label)) return
    this.#reject('unbound-name', message, `no signature "${message.label}" is declared`)
  }

  #isSignature(label: string): boolean {
    return (
      this.#parameter('signature', label) !== undefined ||
      declaredIn(this.#module).signatures.has(localName(this.#module, label))
    )
  }

  #parameter(kind: Parameter['kind'], name: string): Parameter | undefined {
    return this.#protocol.parameters.find((parameter) => parameter.kind === kind && parameter.name.text === name)
  }

  #type(type: Name): void {
    const local = localName(this.#module, type.text)
    if (declaredIn(this.#module).types.has(local) || this.#parameter('type', local) !== undefined) return
    if (this.#module.nuscr || BUILT_IN.has(local.toLowerCase())) return
    this.#unresolved('type', type, local)
  }

  /** Of this module, or of one that is imported and so in another file. */
  #unresolved(what: string, name: Name, local: string): void {
    const imported = this.#module.imports.some(
      ({ module, alias }) =>
        local.startsWith(`${module}.`) || local.startsWith(`${alias ?? module.split('.').at(-1)!}.`),
    )
    if (imported) this.findings.push(unsupported('import', name, `the ${what} ${name.text} is in another file`))
    else this.#reject('unbound-name', name, `no ${what} "${name.text}" is declared`)
  }

  #do({ protocol, parameters, roles }: Extract<Interaction, { kind: 'do' }>): void {
    for (const role of roles) this.#role(role)
    const called = findProtocol(this.#module, protocol.text)
    if (called === undefined) {
      this.#unresolved('protocol', protocol, localName(this.#module, protocol.text))
      return
    }
    if (called.roles.length !== roles.length) {
      this.#reject(
        'arguments',
        protocol,
        `${protocol.text} has ${called.roles.length} roles, and ${roles.length} are given`,
      )
    }
    if (new Set(roles.map(({ text }) => text)).size !== roles.length) {
      this.#reject('arguments', roles[0]!, 'one role is given twice')
    }
    if (called.parameters.length !== parameters.length) {
      const counts = `${called.parameters.length} parameters, and ${parameters.length} are given`
      this.#reject('arguments', protocol, `${protocol.text} has ${counts}`)
      return
    }
    parameters.forEach((argument, index) => this.#argument(argument, called.parameters[index]!))
  }

  #argument(argument: Message, { kind }: Parameter): void {
    if (kind === 'signature') {
      if (argument.payloads === undefined && !this.#isSignature(argument.label)) {
        this.#reject('arguments', argument, `"${argument.label}" is no signature`)
      }
      for (const payload of argument.payloads ?? []) this.#type(payload)
      return
    }
    if (argument.payloads === undefined) this.#type({ ...argument, text: argument.label })
    else this.#reject('arguments', argument, 'a type is wanted, and a message is given')
  }

  #reject(code: Parameters<typeof rejected>[0], at: Position, reason: string): void {
    this.findings.push(rejected(code, at, reason))
  }
}
