/** Where the keys move in a table of rows. No DOM. */

/** The row that a key leads to, from row `index` of `count`; null where the key does not move. `page`: rows in sight. */
export function rowAfter(key: string, index: number, count: number, page: number): number | null {
  const target: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: count - 1,
  }
  if (!Object.hasOwn(target, key) || count === 0) return null
  return Math.max(0, Math.min(count - 1, target[key]))
}
