/** JSON that gives numbers back exactly, canonical JSON, and the hash of it. */
import { createHash } from 'node:crypto'

/** The numbers JSON has no word for. A diverged loss or a best score of -Infinity must survive a resume. */
const SPECIAL = new Map<string, number>([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity], ['-0', -0]])

/** JSON text in which NaN, ±Infinity and -0 are written as {"$number": "NaN"}. Throws a TypeError for cycles and bigints. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'number') return item
    if (Number.isFinite(item) && !Object.is(item, -0)) return item
    return { $number: Object.is(item, -0) ? '-0' : String(item) }
  })
}

/** The inverse of toJson. Throws a SyntaxError for text that is no JSON. */
export function fromJson<T>(text: string): T {
  // The reviver costs several times the parsing; hardly any text needs it.
  if (!text.includes('"$number"')) return JSON.parse(text) as T
  return JSON.parse(text, (_key, item: unknown) => {
    const name = (item as { $number?: unknown } | null)?.$number
    return typeof name === 'string' && SPECIAL.has(name) ? SPECIAL.get(name) : item
  }) as T
}

/** JSON with sorted keys and no spaces: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  })
}

/** SHA-256 of the canonical JSON, hex: what identifies a config or an environment. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
