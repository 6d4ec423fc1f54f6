/** JSON that preserves every number exactly, in the store and in messages. */

/** The numbers that JSON lacks. A diverged loss or a best score of -Infinity must survive a resume. */
const SPECIAL = new Map<string, number>([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])

/**
 * JSON text in which NaN, ±Infinity and -0 are written as {"$number": "NaN"}. Throws a TypeError for cycles and
 * bigints.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'number') return item
    if (Number.isFinite(item) && !Object.is(item, -0)) return item
    return { $number: Object.is(item, -0) ? '-0' : String(item) }
  })
}

/** The inverse of toJson. Throws a SyntaxError for text that is no JSON. */
export function fromJson<T>(text: string): T {
  // The reviver costs several times the parsing, and hardly any text needs it.
  if (!text.includes('"$number"')) return JSON.parse(text) as T
  return JSON.parse(text, (_key, item: unknown) => {
    const name = (item as { $number?: unknown } | null)?.$number
    return typeof name === 'string' && SPECIAL.has(name) ? SPECIAL.get(name) : item
  }) as T
}
