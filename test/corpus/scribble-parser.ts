/**
 * Reads Scribble (the grammar of scribble-java) and nuScr. What cannot be read is `unsupported`, with the token that was not
 * expected: a file that neither tool reads either has no meaning that could be judged.
 */

import type { Block, Import, Interaction, Message, Module, Name, Parameter, Protocol } from './scribble-syntax.ts'
import { readTokens, SCRIBBLE, TokenReader, type Token } from './tokens.ts'
import { BOUNDS, unsupported, type Finding } from './verdict.ts'

/** Words that no name may be. Scribble also reserves `data`, `local` and `self`, which nuScr takes as names, and older files use. */
const RESERVED = new Set(
  (
    'module import sig type protocol as global explicit aux role from to connect wrap disconnect and choice at or rec ' +
    'continue do'
  ).split(' '),
)

/** Pragmas of nuScr that change how much is checked or printed, and not what a protocol means. */
const HARMLESS_PRAGMAS = new Set([
  'PrintUsage',
  'ShowPragmas',
  'Verbose',
  'NestedProtocols',
  'RefinementTypes',
  'SenderValidateRefinements',
  'ReceiverValidateRefinements',
  'ValidateRefinementSatisfiability',
  'ValidateRefinementProgress',
])

/** Constructs of other versions of Scribble. */
const ELSEWHERE = new Set([
  'par',
  'interruptible',
  'interrupt',
  'unordered',
  'repeat',
  'spawn',
  'run',
  'throws',
  'catches',
])

export function parseScribble(text: string): Module {
  return new ScribbleParser(readTokens(text, SCRIBBLE)).module()
}

class ScribbleParser {
  readonly #in: TokenReader
  #remarks: Finding[] = []
  #depth = 0
  #shortHeader = false

  constructor(tokens: readonly Token[]) {
    this.#in = new TokenReader(tokens)
  }

  module(): Module {
    this.#pragmas()
    const name = this.#moduleName()
    this.#pragmas()
    const imports = this.#imports()
    const { types, signatures } = this.#declarations()
    const remarks = [...this.#remarks]
    const protocols: Protocol[] = []
    while (this.#in.peek().kind !== 'end') protocols.push(this.#protocol())
    const nuscr = name === undefined || this.#shortHeader
    return { name, nuscr, imports, types, signatures, protocols, remarks }
  }

  #pragmas(): void {
    while (this.#in.peek().kind === 'pragma') {
      const token = this.#in.take()
      for (const pragma of token.text.split(',')) {
        const name = pragma.split(':')[0]!.trim()
        if (name !== '' && !HARMLESS_PRAGMAS.has(name)) {
          this.#remarks.push(unsupported('pragma', token, `the pragma ${name.slice(0, 40)} may change what follows`))
        }
      }
    }
  }

  #moduleName(): string | undefined {
    if (!this.#in.skip('module')) return undefined
    const { text } = this.#qualified()
    this.#in.expect(';')
    return text
  }

  #imports(): readonly Import[] {
    const imports: Import[] = []
    for (let at = this.#in.peek(); this.#in.skip('import'); at = this.#in.peek()) {
      const module = this.#qualified().text
      const alias = this.#in.skip('as') ? this.#name().text : undefined
      this.#in.expect(';')
      imports.push({ module, alias, line: at.line, column: at.column })
      this.#remarks.push(unsupported('import', at, `the module ${module} is in another file`))
    }
    return imports
  }

  #declarations(): { readonly types: readonly Name[]; readonly signatures: readonly Name[] } {
    const types: Name[] = []
    const signatures: Name[] = []
    for (;;) {
      const list =
        this.#in.skip('type') || this.#in.skip('data') ? types : this.#in.skip('sig') ? signatures : undefined
      if (list === undefined) return { types, signatures }
      this.#in.expect('<')
      this.#name()
      this.#in.expect('>')
      this.#in.string()
      this.#in.expect('from')
      this.#in.string()
      this.#in.expect('as')
      list.push(this.#name())
      this.#in.expect(';')
    }
  }

  #protocol(): Protocol {
    this.#remarks = []
    const start = this.#in.peek()
    const nested = this.#in.skip('nested')
    if (nested) this.#remarks.push(unsupported('call', start, 'nested protocols are called by a participant'))
    const auxiliary = this.#in.skip('aux')
    const explicit = this.#in.peek()
    if (this.#in.skip('explicit')) {
      this.#remarks.push(unsupported('connection', explicit, 'the protocol makes its connections itself'))
    }
    this.#header(nested)
    const name = this.#name()
    const parameters = this.#in.skip('<') ? this.#parameters() : []
    const roles = this.#roles()
    // nuScr once had parameters of recursion behind the roles; they have an annotation with their first values.
    if (this.#in.peek().text === '(') {
      this.#remarks.push(unsupported('annotation', this.#in.peek(), 'the protocol has parameters of recursion'))
      this.#skipBrackets()
    }
    this.#annotation()
    this.#in.expect('{')
    while (this.#in.peek().text === 'nested') this.#nestedProtocol()
    const body = this.#blockRest()
    return { name, auxiliary: auxiliary || nested, parameters, roles, body, remarks: this.#remarks }
  }

  /** `global protocol`; in nuScr either word alone will do. */
  #header(nested: boolean): void {
    const global = !nested && this.#in.skip('global')
    const protocol = this.#in.skip('protocol')
    if (!global && !protocol) throw this.#in.unexpected('"global protocol"')
    if (!nested && (!global || !protocol)) this.#shortHeader = true
  }

  /** The protocol around it cannot be judged, whatever is in it, so it is only stepped over. */
  #nestedProtocol(): void {
    const outer = this.#remarks
    this.#enter()
    const inner = this.#protocol()
    this.#depth--
    this.#remarks = [...outer, ...inner.remarks]
  }

  #parameters(): readonly Parameter[] {
    const parameters: Parameter[] = []
    if (this.#in.skip('>')) return parameters
    do {
      const kind = this.#in.skip('sig') ? 'signature' : 'type'
      if (kind === 'type' && !this.#in.skip('type')) this.#in.expect('data')
      parameters.push({ kind, name: this.#name() })
      if (this.#in.skip('as')) this.#name()
    } while (this.#in.skip(','))
    this.#in.expect('>')
    return parameters
  }

  #roles(): readonly Name[] {
    const roles: Name[] = []
    this.#in.expect('(')
    do {
      this.#in.expect('role')
      roles.push(this.#name())
      if (this.#in.skip(';')) {
        this.#in.expect('new')
        this.#in.expect('role')
        roles.push(this.#name())
      }
    } while (this.#in.skip(','))
    this.#in.expect(')')
    return roles
  }

  #block(): Block {
    this.#in.expect('{')
    return this.#blockRest()
  }

  #blockRest(): Block {
    this.#enter()
    const interactions: Interaction[] = []
    while (!this.#in.skip('}')) {
      const interaction = this.#interaction()
      if (interaction !== undefined) interactions.push(interaction)
    }
    this.#depth--
    return interactions
  }

  #enter(): void {
    if (++this.#depth > BOUNDS.depth) throw unsupported('too-large', this.#in.peek(), 'blocks are nested too deep')
  }

  /** Undefined where the interaction is only a remark. */
  #interaction(): Interaction | undefined {
    const place = this.#in.peek()
    if (place.kind === 'word' && ELSEWHERE.has(place.text) && this.#in.peek(1).text === '{') {
      throw unsupported('syntax', place, `"${place.text}" is not in the subset`)
    }
    if (this.#in.skip('choice')) return this.#choice(place)
    if (this.#in.skip('rec')) return this.#recursion()
    if (this.#in.skip('continue')) return this.#continue()
    if (this.#in.skip('do')) return this.#do()
    if (this.#in.skip('wrap') || this.#in.skip('connect')) return this.#connection(place, 'to')
    if (this.#in.skip('disconnect')) return this.#connection(place, 'and')
    if (this.#in.peek(1).text === 'calls') return this.#call()
    return this.#transfer()
  }

  #choice(place: Token): Interaction {
    this.#in.expect('at')
    const at = this.#name()
    const branches = [this.#block()]
    while (this.#in.skip('or')) branches.push(this.#block())
    return { kind: 'choice', at, branches, place }
  }

  #recursion(): Interaction {
    const name = this.#name()
    if (this.#in.peek().text === '[') {
      this.#remarks.push(unsupported('refinement', name, 'the recursion carries values'))
      this.#skipBrackets()
    }
    return { kind: 'recursion', name, body: this.#block() }
  }

  #continue(): Interaction {
    const name = this.#name()
    if (this.#in.peek().text === '[') {
      this.#remarks.push(unsupported('refinement', name, 'the recursion carries values'))
      this.#skipBrackets()
    }
    if (this.#in.peek().text === 'with') throw unsupported('syntax', name, '"continue ... with" is not in the subset')
    this.#in.expect(';')
    return { kind: 'continue', name }
  }

  #do(): Interaction {
    const protocol = this.#qualified()
    const parameters: Message[] = []
    if (this.#in.skip('<') && !this.#in.skip('>')) {
      do {
        parameters.push(this.#message())
      } while (this.#in.skip(','))
      this.#in.expect('>')
    }
    const roles = this.#arguments()
    this.#in.expect(';')
    this.#annotation()
    return { kind: 'do', protocol, parameters, roles }
  }

  #arguments(): readonly Name[] {
    const roles: Name[] = []
    this.#in.expect('(')
    do {
      roles.push(this.#name())
    } while (this.#in.skip(','))
    this.#in.expect(')')
    return roles
  }

  #connection(place: Token, between: 'to' | 'and'): Interaction | undefined {
    this.#remarks.push(unsupported('connection', place, `"${place.text}" makes or ends a connection`))
    this.#name()
    this.#in.expect(between)
    this.#name()
    this.#in.expect(';')
    return undefined
  }

  #call(): Interaction | undefined {
    this.#remarks.push(unsupported('call', this.#name(), 'a participant calls a protocol'))
    this.#in.expect('calls')
    this.#name()
    if (this.#in.peek().text === '(') this.#arguments()
    this.#in.expect(';')
    this.#annotation()
    return undefined
  }

  #transfer(): Interaction | undefined {
    const message = this.#message()
    const connect = this.#in.peek()
    if (this.#in.skip('connect')) return this.#connection(connect, 'to')
    this.#in.expect('from')
    const from = this.#name()
    this.#in.expect('to')
    const to = this.#name()
    while (this.#in.skip(',')) {
      this.#remarks.push(unsupported('multicast', this.#name(), 'the message has more than one receiver'))
    }
    this.#in.expect(';')
    this.#annotation()
    return { kind: 'message', message, from, to }
  }

  /** `label(payloads)`, `(payloads)`, `label`, or as an argument of `do` a qualified name. */
  #message(): Message {
    const { line, column, text } = this.#in.peek()
    const label = text === '(' ? '' : this.#qualified().text
    if (!this.#in.skip('(')) return { label, payloads: undefined, line, column }
    const payloads: Name[] = []
    if (!this.#in.skip(')')) {
      do {
        payloads.push(this.#payload())
      } while (this.#in.skip(','))
      this.#in.expect(')')
    }
    return { label, payloads, line, column }
  }

  #payload(): Name {
    const name = this.#qualified()
    if (this.#in.skip('@')) {
      this.#remarks.push(unsupported('delegation', name, 'the message carries one end of a session'))
      this.#name()
      return name
    }
    if (!this.#in.skip(':')) return name
    const type = this.#qualified()
    if (this.#in.peek().text === '{') {
      this.#remarks.push(unsupported('refinement', type, 'which messages may be sent depends on values'))
      this.#skipBrackets()
    }
    return type
  }

  /** nuScr keeps it for other tools, and reads nothing in it. */
  #annotation(): void {
    if (this.#in.skip('@')) this.#in.string()
  }

  /** From an opening bracket of any kind to the one that closes it. */
  #skipBrackets(): void {
    let depth = 0
    do {
      const token = this.#in.peek()
      if (token.kind === 'end') throw this.#in.unexpected('a closing bracket')
      if (token.kind === 'mark' && '([{'.includes(token.text)) depth++
      if (token.kind === 'mark' && ')]}'.includes(token.text)) depth--
      this.#in.take()
    } while (depth > 0)
  }

  #name(): Name {
    const token = this.#in.peek()
    if (token.kind !== 'word' || RESERVED.has(token.text)) throw this.#in.unexpected('a name')
    this.#in.take()
    return { text: token.text, line: token.line, column: token.column }
  }

  #qualified(): Name {
    const first = this.#name()
    let text = first.text
    while (this.#in.skip('.')) text += `.${this.#name().text}`
    return { ...first, text }
  }
}
