/** The one file that imports what it cannot name: the module that a program gives for an isolate. */

export async function loadModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  const loaded: unknown = await import(url)
  return Object.fromEntries(Object.entries(loaded ?? {}))
}
