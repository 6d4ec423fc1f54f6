/** Reads each file of the planned corpora once and runs the checks that need a whole corpus. */
import { resolve } from 'node:path'
import type { DatasetRecord } from '../../shared/runs/records.ts'
import type { ColumnTable } from './columns.ts'
import { labelNames, LabelsError } from './formats/labelNames.ts'
import type { IssueList } from './problems.ts'
import type { Plan, PlannedCorpus } from './plan.ts'
import { readColumns, type ReadFile } from './read.ts'
import { holdOut } from './split.ts'

export type SplitName = 'train' | 'dev' | 'test'

/** The files of a corpus as stored on disk. */
export interface CorpusFiles {
  train: ReadFile | null
  dev: ReadFile | null
  test: ReadFile | null
}

/** The splits of a corpus; without a dev file, dev is held out of train. */
export interface CorpusSplits {
  train: ColumnTable
  dev: ColumnTable
  test: ColumnTable | null
}

/** Reads one split of a corpus; null if it has no file or the file cannot be read. */
export async function readSplit(
  corpus: PlannedCorpus,
  split: SplitName,
  baseDir: string,
  issues: IssueList,
): Promise<ReadFile | null> {
  const file = corpus.config[split]
  if (file === null) return null
  const { format, encoding, labels } = corpus.config
  try {
    const names = labels === null ? null : labelNames(labels, baseDir)
    return await readColumns(resolve(baseDir, file), file, { format, encoding, labels: names }, corpus.request, issues)
  } catch (error) {
    if (!(error instanceof LabelsError)) throw error
    issues.error(file, null, error.message)
    return null
  }
}

/** Reads all files of all corpora, by corpus name. Adds problems to `issues`. */
export async function readCorpora(plan: Plan, baseDir: string, issues: IssueList): Promise<Map<string, CorpusFiles>> {
  const files = new Map<string, CorpusFiles>()
  for (const corpus of plan.corpora) {
    const read = (split: SplitName) => readSplit(corpus, split, baseDir, issues)
    const corpusFiles = { train: await read('train'), dev: await read('dev'), test: await read('test') }
    warnOfSameFiles(corpusFiles, issues)
    files.set(corpus.name, corpusFiles)
  }
  return files
}

/** Warns of splits with identical bytes: scores on them are meaningless. */
function warnOfSameFiles(files: CorpusFiles, issues: IssueList): void {
  const present = (['train', 'dev', 'test'] as const).flatMap((split) =>
    files[split] === null ? [] : [{ split, ...files[split] }],
  )
  present.forEach((one, i) => {
    const twin = present.slice(0, i).find((other) => other.hash === one.hash)
    if (twin !== undefined)
      issues.warn(
        one.table.file,
        null,
        `found the same bytes as ${twin.split} (${twin.table.file}), expected ${one.split} to be other sentences`,
      )
  })
}

/** Train, dev and test of a corpus whose files were read without errors. */
export function corpusSplits(corpus: PlannedCorpus, files: CorpusFiles, seed: number, issues: IssueList): CorpusSplits {
  const train = files.train!.table
  const { names } = train.words
  if (names.length > 2 && names.every((name) => /^[0-9]+$/.test(name)))
    issues.warn(
      train.file,
      null,
      `found nothing but numbers in the column of the words (${corpus.config.words}), ` +
        `expected words: the setting words (corpora.${corpus.name}.words) names their column`,
    )
  const test = files.test?.table ?? null
  if (files.dev !== null) return { train, dev: files.dev.table, test }
  const held = holdOut(train, corpus.config.devFraction, seed, corpus.name)
  if (held.dev.sentenceStart.length === 1)
    issues.error(train.file, null, 'found one sentence and no dev file, expected at least two, to hold one out as dev')
  return { ...held, test }
}

/** The records of the files for the run store. */
export function datasetRecords(plan: Plan, corpora: Map<string, CorpusFiles>): DatasetRecord[] {
  return plan.corpora.flatMap(({ name }) =>
    (['train', 'dev', 'test'] as const).flatMap((split): DatasetRecord[] => {
      const read = corpora.get(name)![split]
      if (read === null) return []
      const { hash, bytes, table } = read
      return [
        {
          hash,
          path: table.file,
          bytes,
          corpus: name,
          split,
          sentences: table.sentenceStart.length - 1,
          tokens: table.lines.length,
          format: read.format,
        },
      ]
    }),
  )
}
