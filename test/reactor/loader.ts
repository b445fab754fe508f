/** How threads and processes of the tests load TypeScript: they do not run under the test runner, which does it for the tests. */

const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register()`

/** Arguments of Node for an isolate, or for a program of a test. */
export const EXEC_ARGV: readonly string[] = ['--import', `data:text/javascript,${encodeURIComponent(register)}`]
