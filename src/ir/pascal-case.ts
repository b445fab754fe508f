/** How labels and names become parts of type names. */

/**
 * `EHLO.250` becomes `Ehlo250`, `sent.quoteAll` becomes `SentQuoteAll`. Words are what stands between punctuation; one that is
 * all capitals keeps only its first. Different names can come out the same, which is refused where types are named.
 */
export function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  return words.map(capitalise).join('')
}

function capitalise(word: string): string {
  const isShouted = word.length > 1 && /^[A-Z0-9]+$/.test(word)
  return word.charAt(0).toUpperCase() + (isShouted ? word.slice(1).toLowerCase() : word.slice(1))
}
