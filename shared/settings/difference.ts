/** In what several settings differ: plain data in groups, compared value by value. */
import { isGroup, same, valueAt } from '../util/nested.ts'

export interface Difference {
  /** Path of the value, e.g. `imp.epochs`. */
  name: string
  /** One of each, in their order; undefined where it has no such value: an entry of another name, a setting that is younger than the run. */
  values: unknown[]
}

/** What is not the same in all of them, in the order of the first, then of the second and so on; and how many values are. */
export function configDifference(configs: readonly unknown[]): { differing: Difference[]; equal: number } {
  const flat = configs.map((config) => new Map(leaves(config)))
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))]
  const all = names.map((name): Difference => ({ name, values: flat.map((one) => one.get(name)) }))
  const differing = all.filter(({ values }) => values.some((value) => !same(value, values[0])))
  return { differing, equal: all.length - differing.length }
}

/** Lists are values; an empty group has none. */
function leaves(value: unknown, name = ''): [string, unknown][] {
  if (!isGroup(value)) return [[name, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, name === '' ? key : `${name}.${key}`))
}

/**
 * Whether a difference is of age only: a setting that some of the runs do not know yet, and that is the same in all that do.
 * A corpus or a task that a run does not have is a difference, and so is a subnet picked by hand.
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
