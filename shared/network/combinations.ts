/**
 * What several subnets share, told by one table: how many weights each combination of them keeps. A combination is a number whose
 * bit i is 1 where subnet i keeps the weight: 0 is "none", 2^n - 1 is "all n". Every measure of the mask explorer follows from these
 * counts, for a layer, for a block of it, or for the whole network, where counts of the parts simply add up.
 *
 * Measures, with |·| the number of weights kept:
 *   Jaccard of a pair    |A ∩ B| / |A ∪ B|, which for a pair is the paper's overlap ratio
 *   overlap ratio OR     |∩ M| / |∪ M| over all of them
 *   containment          |A ∩ B| / |A|: the share of A that lies in B
 *
 * Chance: subnets that keep as many weights of every layer as these do, drawn at random and independently of each other. In a
 * layer of N weights of which subnet i keeps k_i, combination c is then expected to hold
 *   N · Π_i (i in c ? k_i / N : 1 - k_i / N)
 * weights; over the network, the layers' sums. What chance would give for a measure is that measure of the expected counts: a ratio
 * of expectations, which from the expectation of the ratio differs by less than 1 / N. Densities are taken layer by layer because
 * global pruning thins some layers more than others, and two subnets that agree in that alone share no more than chance.
 */

/** Weights by combination: 2^n numbers. */
export type Combinations = readonly number[]

/** A byte a weight: bit i is 1 where subnet i keeps it. Throws a RangeError for none or more than eight, or unequal lengths. */
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

/** Counts of several parts together. Throws a RangeError for none. */
export function addUp(parts: readonly Combinations[]): number[] {
  if (parts.length === 0) throw new RangeError('There is nothing to add up.')
  return parts[0].map((_, c) => parts.reduce((sum, counts) => sum + counts[c], 0))
}

/** Over how many subnets. */
export const subnetsOf = (counts: Combinations): number => Math.log2(counts.length)
export const total = (counts: Combinations): number => sum(counts, () => true)

export const has = (combination: number, subnet: number): boolean => ((combination >> subnet) & 1) === 1

/** How many subnets are in it. */
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

/** Overlap ratio over all subnets; 1 where none keeps anything. */
export const overlapOf = (counts: Combinations): number => share(keptByAll(counts), keptByAny(counts))
/** Jaccard index of a pair; 1 where both keep nothing. */
export const jaccardOf = (counts: Combinations, a: number, b: number): number =>
  share(keptByBoth(counts, a, b), keptByEither(counts, a, b))
/** Which part of subnet a lies in subnet b; 1 where a keeps nothing. */
export const containmentOf = (counts: Combinations, a: number, b: number): number =>
  share(keptByBoth(counts, a, b), keptBy(counts, a))

/** How many subnets keep a weight. The four add up to all weights; of a single subnet, its weights count as kept by all, as in `sharing` of shared/network/mask.ts. */
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

/** The counts that chance would give, from those of the layers (see above). They add up to the same total and keep each subnet's size. */
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

/** 0/0 is 1: nothing of nothing is everything. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
