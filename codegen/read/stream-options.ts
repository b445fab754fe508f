/** The options of `sendStream` and `receiveStream`: an object literal with the one member `window`. */

import { ts } from 'ts-morph'
import type { StreamForm } from '../../src/ir/declaration.ts'
import { readInteger, WINDOW, WINDOW_DEFAULT } from './numbers.ts'
import { withoutParentheses, type ReadContext } from './read-context.ts'

/** The form of a stream, the defaults where nothing is said; undefined for options that are refused and reported. */
export function readStreamOptions(context: ReadContext, argument: ts.Expression | undefined): StreamForm | undefined {
  if (argument === undefined) return { window: WINDOW_DEFAULT }
  const options = withoutParentheses(argument)
  if (!ts.isObjectLiteralExpression(options)) {
    context.report(WINDOW.code, argument, { message: 'the options of a stream must be an object literal' })
    return undefined
  }
  const windows = options.properties.map((property) => {
    const window = readWindow(context, property)
    // TypeScript points at the name where the value is wrong.
    if (window === undefined) context.covered.push(property)
    return window
  })
  if (windows.includes(undefined)) return undefined
  // Of two, TypeScript complains.
  return { window: windows[0] ?? WINDOW_DEFAULT }
}

function readWindow(context: ReadContext, property: ts.ObjectLiteralElementLike): number | undefined {
  const isWindow = property.name !== undefined && ts.isIdentifier(property.name) && property.name.text === 'window'
  if (isWindow && ts.isPropertyAssignment(property)) return readInteger(context, property.initializer, WINDOW)
  const message = isWindow
    ? `${WINDOW.what} must be written out as \`window: 16\``
    : `\`${property.getText()}\` is not an option of a stream`
  context.report(WINDOW.code, property, { message })
  return undefined
}
