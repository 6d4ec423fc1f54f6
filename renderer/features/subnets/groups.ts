/** Which combinations of subnets share a colour: with up to three subnets each has its own; with more, colours count. */
import { addUp, has, membersOf, type Combinations } from '../../../shared/network/combinations.ts'

export interface Group {
  label: string
  combinations: number[]
  /** Name of a colour in tokens.css. */
  colour: string
}

const PAIRS: Record<number, string> = { 0b011: '--mask-pair-01', 0b101: '--mask-pair-02', 0b110: '--mask-pair-12' }

/** Every combination is in one group; "no subnet" comes first. slots: the colours of the subnets, --task-N. */
export function groupsOf(names: readonly string[], slots: readonly number[]): Group[] {
  const n = names.length
  const every = Array.from({ length: 2 ** n }, (_, c) => c)
  const none: Group = { label: 'no subnet', combinations: [0], colour: '--mask-none' }
  const alone = names.map((name, i): Group => ({
    label: n === 1 ? name : `${name} alone`,
    combinations: [1 << i],
    colour: `--task-${slots[i]}`,
  }))
  if (n === 1) return [none, ...alone]
  const all: Group = { label: n === 2 ? 'both' : `all ${n}`, combinations: [2 ** n - 1], colour: '--mask-all' }
  const between = every.filter((c) => membersOf(c) > 1 && membersOf(c) < n)
  if (n <= 3) {
    const pairs = between.map((c): Group => ({
      label: names.filter((_, i) => has(c, i)).join(' & '),
      combinations: [c],
      colour: PAIRS[c],
    }))
    return [none, ...alone, ...pairs, all]
  }
  return [none, ...alone, { label: `2 to ${n - 1} of them`, combinations: between, colour: '--mask-pair-12' }, all]
}

/** The index of the group of each combination. */
export function groupTable(groups: readonly Group[]): Uint8Array {
  const table = new Uint8Array(256)
  groups.forEach(({ combinations }, g) =>
    combinations.forEach((c) => {
      table[c] = g
    }),
  )
  return table
}

/** The number of weights per group. */
export function countGroups(counts: Combinations, groups: readonly Group[]): number[] {
  return groups.map(({ combinations }) => addUp(combinations.map((c) => [counts[c]]))[0])
}
