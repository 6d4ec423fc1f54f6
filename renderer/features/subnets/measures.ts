/** The values of the overlap matrix and the tables of the explorer, from counts of combinations. No DOM. */
import {
  addUp,
  containmentOf,
  expectedByChance,
  jaccardOf,
  keptBy,
  keptByBoth,
  keptByEither,
  overlapOf,
  sharingOf,
  subnetsOf,
  total,
  type Combinations,
} from '../../../shared/network/combinations.ts'
import { grouped, percent } from '../../../shared/util/format.ts'
import { times } from '../../ui/numbers.ts'
import type { LayerComparison } from '../../../shared/protocol/requests/masks.ts'

/** A layer, or the whole network (null): the counts, and those expected by chance. */
export interface Part {
  layer: string | null
  counts: Combinations
  chance: Combinations
}

/** The whole network first. */
export function partsOf(layers: readonly LayerComparison[]): Part[] {
  const counts = layers.map(({ combinations }) => combinations)
  return [
    { layer: null, counts: addUp(counts), chance: expectedByChance(counts) },
    ...layers.map(({ layer, combinations }) => ({
      layer,
      counts: combinations,
      chance: expectedByChance([combinations]),
    })),
  ]
}

export const MEASURES = ['jaccard', 'chance', 'containment'] as const
export type Measure = (typeof MEASURES)[number]

export const MEASURE_NAMES: Record<Measure, string> = {
  jaccard: 'Overlap (Jaccard)',
  chance: 'Overlap relative to chance',
  containment: 'Containment of row in column',
}
export const MEASURE_NOTES: Record<Measure, string> = {
  jaccard:
    'Weights kept by both subnets, as a share of those kept by either: the paper’s overlap ratio. 1: the same subnet.',
  chance:
    'The overlap divided by that of random subnets with as many weights in each layer. 1: chance, 2: twice as much.',
  containment: 'The share of the row’s subnet that the column’s subnet keeps too. 1: it is fully contained.',
}

/** A cell of the matrix. */
export interface Cell {
  value: number
  text: string
  /** The strength of its background, 0 to 1. */
  shade: number
  explanation: string
}

export function cellOf(
  { counts, chance }: Part,
  a: number,
  b: number,
  names: readonly string[],
  measure: Measure,
): Cell {
  const [both, either] = [keptByBoth(counts, a, b), keptByEither(counts, a, b)]
  const [jaccard, expected] = [jaccardOf(counts, a, b), jaccardOf(chance, a, b)]
  if (measure === 'containment') {
    const [value, usual] = [containmentOf(counts, a, b), containmentOf(chance, a, b)]
    return {
      value,
      text: value.toFixed(3),
      shade: value,
      explanation:
        `${grouped(both)} of the ${grouped(keptBy(counts, a))} weights of ${names[a]} are in ${names[b]}; ` +
        `by chance ${usual.toFixed(3)}`,
    }
  }
  const explanation =
    `${names[a]} and ${names[b]}: both keep ${grouped(both)} weights, either ${grouped(either)}: ` +
    `${jaccard.toFixed(3)}; by chance ${expected.toFixed(3)}`
  if (measure === 'jaccard') return { value: jaccard, text: jaccard.toFixed(3), shade: jaccard, explanation }
  const ratio = timesChance(jaccard, expected)
  // The strongest background stands for four times chance, or a quarter.
  return { value: ratio, text: times(ratio), shade: Math.min(1, Math.abs(Math.log2(ratio)) / 2), explanation }
}

/** 1 where both are 0. */
export const timesChance = (found: number, expected: number): number =>
  expected === 0 ? (found === 0 ? 1 : Infinity) : found / expected

/** "0.370; by chance 0.121 (3.06 ×)". */
export function overallText({ counts, chance }: Part): string {
  const [found, expected] = [overlapOf(counts), overlapOf(chance)]
  const byChance = expected < 0.001 ? Number(expected.toPrecision(2)) : expected.toFixed(3)
  return `${found.toFixed(3)}; by chance ${byChance} (${times(timesChance(found, expected))})`
}

export const wholeName = (layer: string | null): string => layer ?? 'whole network'
/** "bilstm.0.forward.W" shortened for charts. */
export const shortLayer = (layer: string | null): string =>
  layer === null ? 'whole network' : layer.replace(/\.W$/, '')

/** The percentage of weights that each subnet keeps: one series per subnet, one value per part. */
export function densitySeries(parts: readonly Part[], names: readonly string[], slots: readonly number[]) {
  return names.map((name, i) => ({
    name,
    colour: { task: slots[i] },
    values: parts.map(({ counts }) => (100 * keptBy(counts, i)) / total(counts)),
  }))
}

/** The percentage of weights kept by all, several, one or no subnet. */
export function sharingSeries(parts: readonly Part[]) {
  const n = parts.length === 0 ? 0 : subnetsOf(parts[0].counts)
  const kinds = [
    { key: 'all', name: n === 2 ? 'both' : `all ${n}`, css: '--mask-all' },
    ...(n > 2 ? [{ key: 'several', name: n === 3 ? '2 of 3' : `2 to ${n - 1}`, css: '--mask-several' }] : []),
    ...(n > 1 ? [{ key: 'one', name: 'exactly one', css: '--mask-one' }] : []),
    { key: 'none', name: 'none', css: '--mask-none' },
  ] as { key: keyof ReturnType<typeof sharingOf>; name: string; css: string }[]
  if (n === 1) kinds[0].name = 'kept'
  return kinds.map(({ key, name, css }) => ({
    name,
    colour: { css },
    values: parts.map(({ counts }) => (100 * sharingOf(counts)[key]) / total(counts)),
  }))
}

export const shareText = (part: number, whole: number): string => percent(whole === 0 ? 0 : part / whole, 1)
