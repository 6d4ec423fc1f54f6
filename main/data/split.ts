/** Holds out part of train as dev if a corpus has no dev file. */
import { deriveKey, permutation } from '../../shared/util/random.ts'
import type { Column, ColumnTable } from './columns.ts'

/**
 * Splits a table into train and dev, both in file order. Dev is a random `fraction` of the sentences, rounded, at
 * least one and never all. The draw depends only on the seed and the corpus name, so that all tasks of a corpus get
 * the same split. With a single sentence, dev is empty.
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
