/** Names of installed sets of word vectors. No Node, no DOM. */

/** The name of a file as the name of a set: without its extensions, other characters as -. */
export function setNameOf(file: string): string {
  return file
    .replace(/(\.(txt|vec|bin|gz|tgz|tar|json|w2v))+$/i, '')
    .replace(/[^a-z0-9_-]+/gi, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 64)
}

/** The set that presets start from: English if it is there, else the only one. Null: a person must choose. */
export function preferredSet(names: readonly string[]): string | null {
  if (names.includes('english')) return 'english'
  return names.length === 1 ? names[0] : null
}
