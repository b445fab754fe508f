/** Reads the steps of one protocol from the syntax. Everything that is not a literal word of the language is reported where it stands. */

import { ts } from 'ts-morph'
import type { Branch, JumpStep, MessageStep, Step } from '../../src/ir/declaration.ts'
import { otherRole, type Role } from '../../src/ir/source.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { DiagnosticDetails } from '../diagnostics/diagnostic.ts'
import { docOf } from './doc-comment.ts'
import { readLoopBody } from './loop-body.ts'
import { checkLabel, readText } from './names.ts'
import { describeNonStep } from './non-step.ts'
import { readInteger, TIME } from './numbers.ts'
import { findProtocol } from './protocol-call.ts'
import { withoutParentheses, type ReadContext } from './read-context.ts'
import { roleIn, type Scope } from './scope.ts'
import type { Payload, PayloadReader } from './payload-reader.ts'
import { readStreamOptions } from './stream-options.ts'
import { calleeName, findFormProblem, wordNamed, wordOf, WORDS, type Word } from './words.ts'

/** Choices, loops and included protocols inside each other. */
const DEPTH_MAX = 64
/** Steps and branches of one protocol, included ones counted in: `include` can double with each protocol. */
const STEPS_MAX = 10_000

type StepWord = Exclude<Word, 'steer' | 'on'>

export class StepReader {
  /** True once something was left out of the steps, so that their graph is not the one that was meant. */
  incomplete = false
  readonly #context: ReadContext
  readonly #payloads: PayloadReader
  #loops = 0
  #steps = 0

  constructor(context: ReadContext, payloads: PayloadReader) {
    this.#context = context
    this.#payloads = payloads
  }

  /** The steps of one list, jumps at its end included. */
  readList(nodes: readonly ts.Expression[], scope: Scope): Step[] {
    if (!this.#hasRoom(nodes[0], scope)) return []
    return nodes.flatMap((node, index) => {
      const inner = withoutParentheses(node)
      const jump = this.#readJump(inner, scope)
      if (jump === undefined) return this.#readStep(inner, scope)
      if (index === nodes.length - 1) return [jump]
      this.#refuse('STEER1010', inner, { message: `\`${inner.getText()}\` is not the last step of its list` })
      return []
    })
  }

  #hasRoom(node: ts.Expression | undefined, scope: Scope): boolean {
    if (node === undefined) return true
    if (scope.depth <= DEPTH_MAX) return this.#steps <= STEPS_MAX
    this.#refuse('STEER1015', node, { message: `nested more than ${DEPTH_MAX} deep` })
    return false
  }

  /** Counts one step or branch; reports the protocol that becomes too large, which need not be the one that declares the step. */
  #count(scope: Scope): boolean {
    this.#steps += 1
    const [protocol] = scope.protocols
    if (this.#steps === STEPS_MAX + 1 && protocol !== undefined) {
      this.#refuse('STEER1016', protocol.name, {
        message: `the protocol has more than ${STEPS_MAX} steps and branches`,
      })
    }
    return this.#steps <= STEPS_MAX
  }

  #refuse(code: DiagnosticCode, node: ts.Node, details: DiagnosticDetails): void {
    this.incomplete = true
    this.#context.report(code, node, details)
  }

  #readJump(node: ts.Expression, scope: Scope): JumpStep | undefined {
    if (!ts.isIdentifier(node)) return undefined
    const symbol = this.#context.checker.getSymbolAtLocation(node)
    if (symbol === undefined) return undefined
    for (const { again, leave, loop } of scope.loops) {
      const to = symbol === again ? 'again' : symbol === leave ? 'leave' : undefined
      if (to !== undefined) return { kind: 'jump', to, loop, source: this.#context.spanOf(node) }
    }
    return undefined
  }

  #readStep(node: ts.Expression, scope: Scope): readonly Step[] {
    if (!this.#count(scope)) return []
    if (!ts.isCallExpression(node)) return this.#refuseNonStep(node)
    const word = wordOf(this.#context, node)
    if (word === undefined) return this.#refuseNonStep(node)
    if (word === 'steer') {
      // Reported where all calls of `steer` are looked at.
      this.incomplete = true
      return []
    }
    if (word === 'on') {
      this.#refuse('STEER1008', node, {
        message: '`on` is a branch, not a step',
        hint: 'put it into a choice: `choose({ label: on(...) })`',
      })
      return []
    }
    return this.#hasForm(node, word) ? this.#readWord(word, node, scope) : []
  }

  #refuseNonStep(node: ts.Expression): [] {
    this.incomplete = true
    const complaint = describeNonStep(this.#context, node)
    if (complaint !== undefined) this.#refuse(complaint.code, node, complaint)
    return []
  }

  #hasForm(call: ts.CallExpression, word: Word): boolean {
    const problem = findFormProblem(call, word)
    if (problem !== undefined) this.#refuse('STEER1007', problem.node, problem)
    return problem === undefined
  }

  #readWord(word: StepWord, call: ts.CallExpression, scope: Scope): readonly Step[] {
    const source = this.#context.spanOf(calleeName(call))
    const master = roleIn(scope, 'master')
    const peer = roleIn(scope, 'peer')
    switch (word) {
      case 'txHandshake':
        return [{ kind: 'handshake', from: master, source }]
      case 'rxHandshake':
        return [{ kind: 'handshake', from: peer, source }]
      case 'txKeepalive':
        return [{ kind: 'keepalive', from: master, source }]
      case 'rxKeepalive':
        return [{ kind: 'keepalive', from: peer, source }]
      case 'send':
        return this.#readMessage(call, master)
      case 'receive':
        return this.#readMessage(call, peer)
      case 'sendStream':
        return this.#readStream(call, word, master)
      case 'receiveStream':
        return this.#readStream(call, word, peer)
      case 'call':
        return this.#readExchange(call, master)
      case 'answer':
        return this.#readExchange(call, peer)
      case 'choose':
        return this.#readChoice(call, master, scope)
      case 'offer':
        return this.#readChoice(call, peer, scope)
      case 'loop':
      case 'forever':
        return this.#readLoop(call, word === 'forever', scope)
      case 'include':
      case 'flip':
        return this.#readInclude(call, word, scope)
      case 'master':
        return this.#readLocal(call, [master])
      case 'peer':
        return this.#readLocal(call, [peer])
      case 'both':
        return this.#readLocal(call, ['master', 'peer'])
      case 'point':
        return this.#readPoint(call)
      case 'within':
        return this.#readWithin(call, scope)
    }
  }

  #readMessage(call: ts.CallExpression, from: Role): MessageStep[] {
    const message = this.#readLabelled(call, 'label')
    if (message === undefined) return []
    const payload = this.#readPayload(call.typeArguments?.[0], message.text)
    return [
      {
        kind: 'message',
        from,
        label: message.text,
        ...payload,
        ...docMember(call),
        source: this.#context.spanOf(message.node),
      },
    ]
  }

  /** A stream of nothing would have no items to pace, so the type of the items is not left out. */
  #readStream(call: ts.CallExpression, word: 'sendStream' | 'receiveStream', from: Role): Step[] {
    if (call.typeArguments === undefined) {
      const hint = `write \`${WORDS[word].usage}\``
      this.#refuse('STEER1007', calleeName(call), { message: `\`${word}\` lacks the type of its items`, hint })
      return []
    }
    const messages = this.#readMessage(call, from)
    const stream = readStreamOptions(this.#context, call.arguments[1])
    if (stream !== undefined) return messages.map((message) => ({ ...message, stream }))
    this.incomplete = true
    return []
  }

  #readExchange(call: ts.CallExpression, from: Role): Step[] {
    const request = this.#readMessage(call, from)
    if (request.length === 0) return []
    const payload = this.#readPayload(call.typeArguments?.[1], 'reply')
    const source = this.#context.spanOf(calleeName(call))
    return [...request, { kind: 'message', from: otherRole(from), label: 'reply', ...payload, source }]
  }

  #readPayload(node: ts.TypeNode | undefined, label: string): Payload {
    // What cannot be carried is reported; the message stays, so that the graph can still be looked at.
    return node === undefined ? {} : this.#payloads.read(node, label)
  }

  #readLocal(call: ts.CallExpression, sides: readonly Role[]): Step[] {
    const hook = this.#readLabelled(call, 'hook')
    return hook === undefined
      ? []
      : [{ kind: 'local', sides, name: hook.text, source: this.#context.spanOf(hook.node) }]
  }

  #readPoint(call: ts.CallExpression): Step[] {
    const name = this.#readLabelled(call, 'point')
    return name === undefined ? [] : [{ kind: 'point', name: name.text, source: this.#context.spanOf(name.node) }]
  }

  /** The one argument of a word that takes a label or a name. */
  #readLabelled(
    call: ts.CallExpression,
    what: 'label' | 'hook' | 'point',
  ): { text: string; node: ts.Expression } | undefined {
    const node = call.arguments[0]
    if (node === undefined) return undefined
    const title = what === 'label' ? 'the label' : `the name of a ${what}`
    const text = readText(this.#context, node, title)
    if (text !== undefined && checkLabel(this.#context, node, text, what)) return { text, node }
    this.incomplete = true
    return undefined
  }

  #readChoice(call: ts.CallExpression, from: Role, scope: Scope): Step[] {
    const argument = call.arguments[0]
    const branches = argument === undefined ? undefined : withoutParentheses(argument)
    if (branches === undefined || !ts.isObjectLiteralExpression(branches)) {
      this.#refuse('STEER1009', argument ?? call, { message: 'the branches of a choice must be an object literal' })
      return []
    }
    const read: Branch[] = []
    for (const property of branches.properties) {
      const branch = this.#readBranch(property, { ...scope, depth: scope.depth + 1 })
      if (branch === undefined) {
        this.#context.covered.push(property)
        continue
      }
      const first = read.find((other) => other.label === branch.label)
      if (first === undefined) read.push(branch)
      else this.#refuseTwin(property, branch.label, first)
    }
    return [{ kind: 'choice', from, branches: read, source: this.#context.spanOf(calleeName(call)) }]
  }

  #refuseTwin(property: ts.ObjectLiteralElementLike, label: string, first: Branch): void {
    this.#refuse('STEER1014', property.name ?? property, {
      message: `two branches of this choice have the label ${JSON.stringify(label)}`,
      related: [{ message: 'the first stands here', source: first.source }],
    })
  }

  #readBranch(property: ts.ObjectLiteralElementLike, scope: Scope): Branch | undefined {
    if (!ts.isPropertyAssignment(property)) {
      this.#refuse('STEER1009', property, {
        message: 'a branch must be written as `label: on(...)`',
        hint: 'write each branch out as `label: on(...)`',
      })
      return undefined
    }
    const { name } = property
    if (!ts.isIdentifier(name) && !ts.isStringLiteral(name) && !ts.isNumericLiteral(name)) {
      this.#refuse('STEER1009', name, { message: 'the label of a branch must be a literal' })
      return undefined
    }
    const call = withoutParentheses(property.initializer)
    if (!ts.isCallExpression(call) || wordOf(this.#context, call) !== 'on') {
      this.#refuseNonBranch(call)
      return undefined
    }
    if (!checkLabel(this.#context, name, name.text, 'label')) this.incomplete = true
    if (!this.#hasForm(call, 'on') || !this.#count(scope)) return undefined
    const payload = this.#readPayload(call.typeArguments?.[0], name.text)
    const steps = this.readList(call.arguments, scope)
    return { label: name.text, ...payload, steps, ...docMember(property), source: this.#context.spanOf(name) }
  }

  #refuseNonBranch(node: ts.Expression): void {
    const hint = 'write each branch out as `label: on(...)`'
    const word = ts.isCallExpression(node) ? wordOf(this.#context, node) : undefined
    if (word === 'sendStream' || word === 'receiveStream') {
      const message = 'a stream is a step, not a branch'
      this.#refuse('STEER1008', node, { message, hint: `put it into a branch: \`label: on(${word}(...))\`` })
    } else if (ts.isCallExpression(node)) {
      this.#refuse('STEER1008', node, { message: 'a branch must be a call of `on`', hint })
    } else if (wordNamed(this.#context, node) === 'on') {
      this.#refuse('STEER1008', node, { message: '`on` is not called', hint: 'write `on()`' })
    } else {
      this.#refuse('STEER1009', node, { message: 'a branch must be a call of `on`', hint })
    }
  }

  #readLoop(call: ts.CallExpression, forever: boolean, scope: Scope): Step[] {
    const body = readLoopBody(call.arguments[0] ?? call, forever ? 1 : 2)
    if ('code' in body) {
      const hint = `write \`${WORDS[forever ? 'forever' : 'loop'].usage}\``
      this.#refuse(body.code, body.node, { message: body.message, hint })
      this.#context.covered.push(call)
      return []
    }
    const loop = this.#loops
    this.#loops += 1
    const [again, leave] = body.jumps.map((jump) => this.#context.checker.getSymbolAtLocation(jump.name))
    const loops = [...scope.loops, { again, leave, loop }]
    const steps = this.readList(body.steps, { ...scope, loops, depth: scope.depth + 1 })
    return [{ kind: 'loop', loop, forever, steps, source: this.#context.spanOf(calleeName(call)) }]
  }

  #readWithin(call: ts.CallExpression, scope: Scope): Step[] {
    const [time, ...nodes] = call.arguments
    const ms = time === undefined ? undefined : readInteger(this.#context, time, TIME)
    if (ms === undefined) this.incomplete = true
    if (nodes.length === 0) {
      const hint = `write \`${WORDS.within.usage}\``
      this.#refuse('STEER1007', calleeName(call), { message: '`within` lacks its steps', hint })
    }
    const steps = this.readList(nodes, { ...scope, depth: scope.depth + 1 })
    return ms === undefined ? [] : [{ kind: 'within', ms, steps, source: this.#context.spanOf(calleeName(call)) }]
  }

  #readInclude(call: ts.CallExpression, word: 'include' | 'flip', scope: Scope): readonly Step[] {
    const argument = call.arguments[0] ?? call
    const named = withoutParentheses(argument)
    const protocol = findProtocol(this.#context, named)
    if (protocol === undefined) {
      this.incomplete = true
      // A call of `steer` in this place is reported where all of them are looked at.
      if (ts.isCallExpression(named) && wordOf(this.#context, named) === 'steer') return []
      this.#refuse('STEER1018', argument, { message: `\`${argument.getText()}\` is not an exported protocol` })
      return []
    }
    const { declaration, steps } = protocol
    if (scope.protocols.includes(declaration)) {
      this.#refuse('STEER1019', argument, {
        message: `\`${declaration.name.getText()}\` includes itself`,
        related: [{ message: 'declared here', source: this.#context.spanOf(declaration.name) }],
      })
      return []
    }
    return this.readList(steps, {
      flipped: word === 'flip' ? !scope.flipped : scope.flipped,
      loops: [],
      protocols: [...scope.protocols, declaration],
      depth: scope.depth + 1,
    })
  }
}

function docMember(node: ts.Node): { doc?: string } {
  const doc = docOf(node)
  return doc === undefined ? {} : { doc }
}
