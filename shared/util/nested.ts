/** Values in groups within groups, by their path: settings as a user gave them, right or wrong. */

/** Stands in a path for a name the user gives: a corpus, a task. */
export const ANY_NAME = '*'

type Group = Record<string, unknown>

export function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isGroup(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )
}

/** Every value at a path that may hold ANY_NAME, with the path it has. */
export function valuesAt(
  value: unknown,
  pattern: readonly string[],
  path: string[] = [],
): { path: string[]; value: unknown }[] {
  const [key, ...rest] = pattern
  if (key === undefined) return [{ path, value }]
  if (!isGroup(value)) return []
  const keys = key === ANY_NAME ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : []
  return keys.flatMap((one) => valuesAt(value[one], rest, [...path, one]))
}

/** Sets a value, making the groups on the way. Where something else than a group stands in the way it stays, and nothing is set. */
export function setAt(target: Group, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (rest.length === 0) {
    target[key] = value
    return
  }
  target[key] ??= {}
  if (isGroup(target[key])) setAt(target[key], rest, value)
}

export function removeAt(target: Group, path: readonly string[]): void {
  const group = valueAt(target, path.slice(0, -1))
  if (isGroup(group)) delete group[path.at(-1)!]
}

/** A copy of plain data, the groups in it included. */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** Whether two plain values are the same. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Defaults = readonly { path: readonly string[]; default?: unknown }[]

/** A copy without what has its default anyway, and without groups that are empty then; entries that the user named stay, for the name says something. */
export function withoutDefaults(config: object, settings: Defaults): Group {
  const kept = copyOf(config) as Group
  for (const setting of settings) {
    for (const { path, value } of valuesAt(config, setting.path)) if (same(value, setting.default)) removeAt(kept, path)
  }
  return withoutEmpty(kept, settings)
}

/** The settings within each group are those whose paths go on from it. */
function withoutEmpty(group: Group, settings: Defaults, depth = 0): Group {
  return Object.fromEntries(
    Object.entries(group).flatMap(([key, value]) => {
      if (!isGroup(value)) return [[key, value]]
      const within = settings.filter(({ path }) => path[depth] === key || path[depth] === ANY_NAME)
      const left = withoutEmpty(value, within, depth + 1)
      const named = within.some(({ path }) => path[depth] === ANY_NAME)
      return Object.keys(left).length > 0 || named ? [[key, left]] : []
    }),
  )
}
