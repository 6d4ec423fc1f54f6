/** Splits the decided sentences of a project: into train, dev and test, into folds, into nested parts. */
import { deriveKey, permutation } from '../../../shared/util/random.ts'
import type { Split } from '../../../shared/protocol/requests/datasets.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import { keyOf } from './base.ts'

/** Everything random here is a function of this seed and of the number of groups. */
export const SPLIT_SEED = 0

/** With fewer documents a part would be one or two of them. */
const MIN_DOCUMENTS = 10

/** Whether a split keeps whole documents together. */
export function groupsByDocument(decided: readonly DecidedSentence[]): boolean {
  return (
    new Set(decided.flatMap(({ document }) => document ?? [])).size >= MIN_DOCUMENTS && areMany(joined(decided, true))
  )
}

/**
 * Sentences that must stay together, by their index: those with the same words, so that none is both trained on and
 * scored; where there are enough documents, those of one document too. Documents that share a sentence are one group;
 * where that leaves too few groups, as with a line that every document ends with, only equal sentences stay together.
 * The groups are in the order of their first sentences.
 */
export function groupsOf(decided: readonly DecidedSentence[]): number[][] {
  return joined(decided, groupsByDocument(decided))
}

/** Whether there are groups enough for parts of about the size wanted. */
function areMany(groups: readonly number[][]): boolean {
  const total = groups.reduce((sum, { length }) => sum + length, 0)
  return groups.length >= MIN_DOCUMENTS && groups.every(({ length }) => 2 * length <= total)
}

function joined(decided: readonly DecidedSentence[], byDocument: boolean): number[][] {
  const leader = decided.map((_, i) => i)
  const find = (i: number): number => {
    let top = i
    while (leader[top] !== top) top = leader[top]
    leader[i] = top
    return top
  }
  const first = new Map<string, number>()
  decided.forEach(({ sentence, document }, i) => {
    const keys = [`words ${keyOf(sentence.words)}`]
    if (byDocument && document !== null) keys.push(`document ${document}`)
    for (const key of keys) {
      const known = first.get(key)
      if (known === undefined) first.set(key, i)
      else {
        const [a, b] = [find(known), find(i)]
        leader[Math.max(a, b)] = Math.min(a, b)
      }
    }
  })
  return [...Map.groupBy(decided.keys(), (i) => find(i)).values()]
}

/**
 * A random split that is always the same for the same sentences. A fraction above 0 gives at least one group, as long as
 * one is left for train. The order within each split is kept.
 */
export function splitDecided(
  decided: readonly DecidedSentence[],
  fractions: { dev: number; test: number },
): Record<Split, DecidedSentence[]> {
  const groups = groupsOf(decided)
  const count = (fraction: number, left: number) =>
    fraction === 0 ? 0 : Math.min(Math.max(1, Math.round(fraction * groups.length)), left)
  const dev = count(fractions.dev, groups.length - 1)
  const test = count(fractions.test, groups.length - 1 - dev)
  const splitOf = new Array<Split>(decided.length)
  shuffled(groups, 'corrections').forEach((group, i) => {
    for (const s of group) splitOf[s] = i < dev ? 'dev' : i < dev + test ? 'test' : 'train'
  })
  const of = (split: Split) => decided.filter((_, s) => splitOf[s] === split)
  return { train: of('train'), dev: of('dev'), test: of('test') }
}

/**
 * The sentences of `count` folds, which together are all of them. In random order, each group goes to the fold that has
 * the fewest sentences so far. A fold is empty where there are fewer groups.
 */
export function foldsOf(decided: readonly DecidedSentence[], count: number): DecidedSentence[][] {
  const folds = Array.from({ length: count }, (): number[] => [])
  for (const group of shuffled(groupsOf(decided), 'folds'))
    folds.reduce((least, fold) => (fold.length < least.length ? fold : least)).push(...group)
  return folds.map((fold) => fold.toSorted((a, b) => a - b).map((s) => decided[s]))
}

/** Parts of the sentences with these shares of them or a little more, each of which contains the smaller ones. */
export function nestedParts(decided: readonly DecidedSentence[], shares: readonly number[]): DecidedSentence[][] {
  const order = shuffled(groupsOf(decided), 'curve')
  return shares.map((share) => {
    const chosen = new Set<number>()
    for (const group of order) {
      if (chosen.size >= Math.round(share * decided.length)) break
      for (const s of group) chosen.add(s)
    }
    return decided.filter((_, s) => chosen.has(s))
  })
}

function shuffled(groups: readonly number[][], what: string): number[][] {
  const order = permutation(groups.length, deriveKey(SPLIT_SEED, what, groups.length))
  return Array.from(order, (g) => groups[g])
}
