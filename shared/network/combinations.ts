/**
 * How several subnets share weights: the number of weights that each combination of subnets keeps. A combination is a
 * number whose bit i is 1 where subnet i keeps the weight: 0 is "none", 2^n - 1 is "all n". Every measure of the mask
 * explorer follows from these counts, for a layer, a block of it, or the whole network, whose counts are the sums of
 * its parts'.
 *
 * Measures, with |·| the number of weights kept:
 *   Jaccard of a pair    |A ∩ B| / |A ∪ B|, which for a pair is the paper's overlap ratio
 *   overlap ratio OR     |∩ M| / |∪ M| over all of them
 *   containment          |A ∩ B| / |A|: the share of A that lies in B
 *
 * Chance: random, independent subnets that keep as many weights of every layer as these do. In a layer of N weights of
 * which subnet i keeps k_i, the expected number of weights in combination c is
 *   N · Π_i (i in c ? k_i / N : 1 - k_i / N)
 * and that of the network is the sum over its layers. A measure by chance is that measure of the expected counts: a
 * ratio of expectations, which differs from the expectation of the ratio by less than 1 / N. Densities are taken per
 * layer because global pruning prunes some layers more than others: two subnets that agree only in that share no more
 * than chance.
 */

/** The number of weights of each combination: 2^n numbers. */
export type Combinations = readonly number[]

/**
 * One byte per weight: bit i is 1 where subnet i keeps it. Throws a RangeError for no or more than eight subnets, or
 * unequal lengths.
 */
export function membership(subnets: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (subnets.length < 1 || subnets.length > 8)
    throw new RangeError(`A byte has a bit for each of 1 to 8 subnets, not for ${subnets.length}.`)
  const bytes = new Uint8Array(subnets[0].length)
  subnets.forEach((kept, i) => {
    if (kept.length !== bytes.length)
      throw new RangeError(`Subnet ${i} has ${kept.length} weights, the first ${bytes.length}.`)
    for (let w = 0; w < bytes.length; w++) bytes[w] |= kept[w] << i
  })
  return bytes
}

export function countCombinations(bytes: Uint8Array, subnets: number): number[] {
  const counts = new Uint32Array(2 ** subnets)
  for (let w = 0; w < bytes.length; w++) counts[bytes[w]]++
  return Array.from(counts)
}

/** The sum of the counts of several parts. Throws a RangeError for no parts. */
export function addUp(parts: readonly Combinations[]): number[] {
  if (parts.length === 0) throw new RangeError('There is nothing to add up.')
  return parts[0].map((_, c) => parts.reduce((sum, counts) => sum + counts[c], 0))
}

/** The number of subnets that the counts are over. */
export const subnetsOf = (counts: Combinations): number => Math.log2(counts.length)
export const total = (counts: Combinations): number => sum(counts, () => true)

export const has = (combination: number, subnet: number): boolean => ((combination >> subnet) & 1) === 1

/** The number of subnets in a combination. */
export function membersOf(combination: number): number {
  let members = 0
  for (let rest = combination; rest > 0; rest >>= 1) members += rest & 1
  return members
}

export const keptBy = (counts: Combinations, a: number): number => sum(counts, (c) => has(c, a))
export const keptByBoth = (counts: Combinations, a: number, b: number): number =>
  sum(counts, (c) => has(c, a) && has(c, b))
export const keptByEither = (counts: Combinations, a: number, b: number): number =>
  sum(counts, (c) => has(c, a) || has(c, b))
export const keptByAny = (counts: Combinations): number => total(counts) - counts[0]
export const keptByAll = (counts: Combinations): number => counts[counts.length - 1]

/** Overlap ratio over all subnets; 1 where no subnet keeps anything. */
export const overlapOf = (counts: Combinations): number => share(keptByAll(counts), keptByAny(counts))
/** Jaccard index of a pair; 1 where both keep nothing. */
export const jaccardOf = (counts: Combinations, a: number, b: number): number =>
  share(keptByBoth(counts, a, b), keptByEither(counts, a, b))
/** The fraction of subnet a that subnet b keeps too; 1 where a keeps nothing. */
export const containmentOf = (counts: Combinations, a: number, b: number): number =>
  share(keptByBoth(counts, a, b), keptBy(counts, a))

/**
 * How many subnets keep a weight. The four counts add up to all weights. The weights of a single subnet count as kept
 * by all, as in `sharing` of shared/network/mask.ts.
 */
export interface Sharing {
  none: number
  one: number
  several: number
  all: number
}

export function sharingOf(counts: Combinations): Sharing {
  const n = subnetsOf(counts)
  const one = n === 1 ? 0 : sum(counts, (c) => membersOf(c) === 1)
  const all = keptByAll(counts)
  return { none: counts[0], one, several: total(counts) - counts[0] - one - all, all }
}

/** The counts by chance, from those of the layers (see above). Their sum and each subnet's size stay the same. */
export function expectedByChance(layers: readonly Combinations[]): number[] {
  return addUp(
    layers.map((counts) => {
      const size = total(counts)
      const densities = Array.from({ length: subnetsOf(counts) }, (_, i) => (size === 0 ? 0 : keptBy(counts, i) / size))
      return counts.map((_, c) =>
        densities.reduce((product, density, i) => product * (has(c, i) ? density : 1 - density), size),
      )
    }),
  )
}

function sum(counts: Combinations, counted: (combination: number) => boolean): number {
  let weights = 0
  for (let c = 0; c < counts.length; c++) if (counted(c)) weights += counts[c]
  return weights
}

/** 0/0 counts as 1. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
