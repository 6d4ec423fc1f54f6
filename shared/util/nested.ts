/** Values in nested groups, by their path: settings as a user gave them, valid or not. */

/** In a path, stands for a name that the user gives: a corpus, a task. */
export const ANY_NAME = '*'

type Group = Record<string, unknown>

/**
 * The entry of a record whose keys are names that people give. Undefined where there is none: never what the prototype
 * has.
 */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

export function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isGroup(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )
}

/** Every value at a path that may contain ANY_NAME, with its own path. */
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

/** Sets a value, making the groups on the path. Where another value than a group is on the path, sets nothing. */
export function setAt(target: Group, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (rest.length === 0) return define(target, key, value)
  if ((own(target, key) ?? null) === null) define(target, key, {})
  const inner = own(target, key)
  if (isGroup(inner)) setAt(inner, rest, value)
}

/** Not by assignment: that would reach the prototype where a key is called `__proto__`. */
function define(target: Group, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
}

export function removeAt(target: Group, path: readonly string[]): void {
  const group = valueAt(target, path.slice(0, -1))
  if (isGroup(group)) delete group[path.at(-1)!]
}

/** A deep copy of plain data. */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** Whether two plain values are equal. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Defaults = readonly { path: readonly string[]; default?: unknown }[]

/**
 * A copy without defaults, and without groups that are empty then. Entries that the user named stay, for their name
 * matters.
 */
export function withoutDefaults(config: object, settings: Defaults): Group {
  const kept = copyOf(config) as Group
  for (const setting of settings) {
    for (const { path, value } of valuesAt(config, setting.path)) if (same(value, setting.default)) removeAt(kept, path)
  }
  return withoutEmpty(kept, settings)
}

/** The settings within a group are those whose paths continue from it. */
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
