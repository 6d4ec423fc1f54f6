/** In what several settings differ: plain data in groups, compared value by value. */
import { isGroup, same } from './nested.ts'

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
