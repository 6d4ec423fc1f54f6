/** The differences between several configs: plain data in groups, compared value by value. */
import { isGroup, same, valueAt } from '../util/nested.ts'

export interface Difference {
  /** Path of the value, e.g. `imp.epochs`. */
  name: string
  /**
   * One value per config, in order; undefined where it has none: an entry of another name, or a setting newer than the
   * run.
   */
  values: unknown[]
}

/**
 * The values that are not equal in all configs, in the order of the first config, then the second and so on; the number
 * of equal ones.
 */
export function configDifference(configs: readonly unknown[]): { differing: Difference[]; equal: number } {
  const flat = configs.map((config) => new Map(leaves(config)))
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))]
  const all = names.map((name): Difference => ({ name, values: flat.map((one) => one.get(name)) }))
  const differing = all.filter(({ values }) => values.some((value) => !same(value, values[0])))
  return { differing, equal: all.length - differing.length }
}

/** All values with their names. A list is one value; an empty group has none. */
function leaves(value: unknown, name = ''): [string, unknown][] {
  if (!isGroup(value)) return [[name, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, name === '' ? key : `${name}.${key}`))
}

/**
 * Whether a difference is only due to age: some runs are older than the setting, and all others have the same value. A
 * corpus or task that a run lacks is a real difference, and so is a subnet picked by hand.
 */
export function isYounger({ name, values }: Difference, configs: readonly unknown[]): boolean {
  const known = values.filter((value) => value !== undefined)
  if (
    known.length === values.length ||
    known.some((value) => !same(value, known[0])) ||
    /^(tickets|extend)\.rounds\./.test(name)
  )
    return false
  const [group, entry] = name.split('.')
  if (group !== 'tasks' && group !== 'corpora') return true
  return configs.every((config, i) => values[i] !== undefined || valueAt(config, [group, entry]) !== undefined)
}
