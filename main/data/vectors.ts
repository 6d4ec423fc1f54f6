/** Loads the word vectors of an experiment and builds the rows of the embedding table. */
import { resolve } from 'node:path'
import { VECTOR_LOOKUPS, type ModelConfig, type VectorLookup } from '../../shared/settings/config.ts'
import type { DatasetRecord, VectorCoverage, VectorCoverages } from '../../shared/runs/records.ts'
import type { CorpusSplits } from './corpora.ts'
import { countSpellings } from './encode.ts'
import type { IssueList } from './problems.ts'
import type { FileDigest } from './lines.ts'
import { sharedFloat32 } from './sharedArrays.ts'
import { readVectorRows } from './vectorSource.ts'
import { wordForm } from './vocabulary.ts'

export interface Vectors {
  dataset: DatasetRecord
  coverage: VectorCoverages
  /** Whether a vocabulary word has a vector, either its own or that of a form allowed by the setting vectorLookup. */
  has: (word: string) => boolean
  /** [words.length, dim]: one row per word, NaN if the word has no vector. */
  rowsOf: (words: string[]) => Float32Array
}

/** Reads the vectors of the words of all splits. Adds problems to `issues`; null if the file cannot be used. */
export async function loadVectors(
  model: ModelConfig,
  baseDir: string,
  splits: CorpusSplits[],
  issues: IssueList,
): Promise<Vectors | null> {
  const file = model.vectors!
  const wanted = new Set<string>()
  const want = (spelling: string) => {
    // Also the forms that the setting leaves out: what they would find is reported.
    for (const form of lookupForms(wordForm(spelling, model.lowercaseWords), VECTOR_LOOKUPS.at(-1))) wanted.add(form)
  }
  for (const split of splits) for (const table of [split.train, split.dev, split.test]) table?.words.names.forEach(want)

  const digest: FileDigest = { hash: '', bytes: 0 }
  const rows = await readVectorRows(resolve(baseDir, file), file, model.wordDim, wanted, digest, issues)
  if (rows === null) return null
  const find = (word: string, lookup = model.vectorLookup) => {
    for (const form of lookupForms(word, lookup)) {
      const row = rows.index.get(form)
      if (row !== undefined) return row
    }
    return undefined
  }
  const coverageOf = (split: keyof VectorCoverages): VectorCoverage | null => {
    const tables = splits.map((corpus) => corpus[split]).filter((table) => table !== null)
    if (tables.length === 0) return null
    const counts = new Map<string, number>()
    for (const { words } of tables) countSpellings(words, counts)
    return countCoverage(counts, model.lowercaseWords, find)
  }
  const coverage = { train: coverageOf('train'), dev: coverageOf('dev'), test: coverageOf('test') }
  if (coverage.train?.tokensFound === 0)
    issues.warn(
      file,
      null,
      `found no word of train among ${rows.index.size} rows kept, expected vectors of the corpora's language`,
    )
  return {
    dataset: { ...digest, path: file, corpus: '', split: 'vectors', sentences: null, tokens: null },
    coverage,
    has: (word) => find(word) !== undefined,
    rowsOf: (words) => pickRows(words, rows.values, model.wordDim, find),
  }
}

/**
 * The forms under which a word is looked up, in order: the vocabulary form, then the cumulative changes up to the
 * setting. Runs older than the setting use lower-casing.
 */
function* lookupForms(word: string, lookup: VectorLookup = 'lowercase'): Generator<string> {
  yield word
  let form = word
  for (const change of VECTOR_LOOKUPS.slice(0, VECTOR_LOOKUPS.indexOf(lookup) + 1)) {
    const next = CHANGES[change](form)
    if (next !== form && next !== '') yield (form = next)
  }
}

const CHANGES: Record<VectorLookup, (word: string) => string> = {
  lowercase: (word) => word.toLowerCase(),
  digits: (word) => word.replaceAll(/\p{Nd}/gu, '0'),
  stem: (word) => word.replace(/(?<=.)['’].*$/su, ''),
}

function countCoverage(
  counts: Map<string, number>,
  lowercaseWords: boolean,
  find: (word: string, lookup?: VectorLookup) => number | undefined,
): VectorCoverage {
  const byLookup = { lowercase: 0, digits: 0, stem: 0 }
  const coverage = { types: 0, typesFound: 0, tokens: 0, tokensFound: 0, byLookup }
  const seen = new Set<string>()
  for (const [spelling, count] of counts) {
    const word = wordForm(spelling, lowercaseWords)
    const found = find(word) !== undefined
    coverage.tokens += count
    if (found) coverage.tokensFound += count
    for (const lookup of VECTOR_LOOKUPS) if (find(word, lookup) !== undefined) byLookup[lookup] += count
    if (seen.has(word)) continue
    seen.add(word)
    coverage.types++
    if (found) coverage.typesFound++
  }
  return coverage
}

function pickRows(
  words: string[],
  values: Float32Array,
  dim: number,
  find: (word: string) => number | undefined,
): Float32Array {
  const picked = sharedFloat32(words.length * dim)
  words.forEach((word, i) => {
    const row = i === 0 ? undefined : find(word) // entry 0 is the unknown word
    if (row === undefined) picked.fill(NaN, i * dim, (i + 1) * dim)
    else picked.set(values.subarray(row * dim, (row + 1) * dim), i * dim)
  })
  return picked
}
