/** Holds a part of train out as dev, where a corpus has no dev file. */
import { deriveKey, permutation } from '../../shared/util/random.ts'
import type { Column, ColumnTable } from './columns.ts'

/**
 * Two tables of whole sentences in the file's order: `fraction` of them, rounded, at least one and never all, drawn by seed
 * and name of the corpus, are dev. The same seed holds out the same sentences for every task of the corpus.
 * One sentence alone cannot be split: dev is empty then.
 */
export function holdOut(
  table: ColumnTable,
  fraction: number,
  seed: number,
  corpus: string,
): { train: ColumnTable; dev: ColumnTable } {
  const sentences = table.sentenceStart.length - 1
  const held = Math.min(Math.max(1, Math.round(sentences * fraction)), sentences - 1)
  const order = permutation(sentences, deriveKey(seed, 'dev split', corpus))
  const isDev = new Uint8Array(sentences)
  for (let i = 0; i < held; i++) isDev[order[i]] = 1
  return { train: pickSentences(table, isDev, 0), dev: pickSentences(table, isDev, 1) }
}

/** The sentences s with flag[s] = value. */
export function pickSentences(table: ColumnTable, flag: Uint8Array, value: number): ColumnTable {
  const tokens: number[] = []
  const starts = [0]
  flag.forEach((f, s) => {
    if (f !== value) return
    for (let t = table.sentenceStart[s]; t < table.sentenceStart[s + 1]; t++) tokens.push(t)
    starts.push(tokens.length)
  })
  const take = (values: Int32Array) => Int32Array.from(tokens, (t) => values[t])
  const takeColumn = (column: Column): Column => ({ names: column.names, ids: take(column.ids) })
  return {
    file: table.file,
    sentenceStart: Int32Array.from(starts),
    lines: take(table.lines),
    words: takeColumn(table.words),
    tags: new Map([...table.tags].map(([key, column]) => [key, takeColumn(column)])),
  }
}
