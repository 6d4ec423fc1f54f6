/** Word vectors of a run in words: which, and how much of the text they cover. */
import type { VectorLookup } from '../settings/config.ts'
import { percent } from '../util/format.ts'
import type { DatasetRecord, VectorCoverage, VectorCoverages } from './records.ts'

/** The name of an installed set, else of a file, with the start of its hash; null without vectors. */
export function vectorsOf(datasets: readonly DatasetRecord[]): { name: string; hash: string } | null {
  const found = datasets.find(({ split }) => split === 'vectors')
  if (found === undefined) return null
  const file = found.path.slice(Math.max(found.path.lastIndexOf('/'), found.path.lastIndexOf('\\')) + 1)
  return { name: file.replace(/\.vectors$/, ''), hash: found.hash }
}

/** "train 98.1 % of tokens, 85.0 % of words", for each split. */
export function coverageOfSplits(coverage: VectorCoverages): string[] {
  return splitsOf(coverage).map(
    ([split, { tokens, tokensFound, types, typesFound }]) =>
      `${split} ${percent(tokensFound / tokens, 1)} of tokens, ${percent(typesFound / types, 1)} of words`,
  )
}

const GAINS: [VectorLookup, VectorLookup, string][] = [
  ['digits', 'lowercase', 'digits as 0'],
  ['stem', 'digits', 'stems before an apostrophe'],
]

/** What each further way of looking words up adds in train: "digits as 0 would add 1.2 %"; null where it is not known. */
export function lookupGains(coverage: VectorCoverages, lookup: VectorLookup): string | null {
  const { train } = coverage
  const found = train?.byLookup
  if (train === null || found === undefined || train.tokens === 0) return null
  const used = (way: VectorLookup) => lookup === 'stem' || lookup === way
  return GAINS.map(
    ([way, before, name]) =>
      `${name} ${used(way) ? 'adds' : 'would add'} ${percent((found[way] - found[before]) / train.tokens, 1)}`,
  ).join(', ')
}

function splitsOf(coverage: VectorCoverages): [string, VectorCoverage][] {
  return Object.entries(coverage).filter(
    (entry): entry is [string, VectorCoverage] => entry[1] !== null && entry[1].tokens > 0,
  )
}
