/** Where the programs of the isolates lie: beside this file, compiled where it is compiled. */
export function entryUrl(name: 'thread-entry' | 'process-entry'): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, import.meta.url)
}
