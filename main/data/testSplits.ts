/** Loads the test splits, once, at the end of a run. loadExperimentData checks them but does not return them. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { DatasetRecord } from '../../shared/runs/records.ts'
import { readSplit } from './corpora.ts'
import type { ColumnTable } from './columns.ts'
import { WordEncoder, type EncodedWords } from './encode.ts'
import { IssueList } from './problems.ts'
import { planTasks } from './plan.ts'
import { lastPosition, numberTags, splitTags } from './taskTags.ts'
import type { EncodedData, EncodedSplit, SpellingTable } from './types.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface TestSplits {
  /** The spellings of the test splits only; their `spellings` index this table. */
  spellings: SpellingTable
  /** By task; null if its corpus has no test file. */
  tasks: Record<string, TestSplit | null>
}

export interface TestSplit {
  split: EncodedSplit
  /** The task's tagNames, followed by tags that occur only in test. */
  tagNames: string[]
}

/**
 * Encodes the test splits with the ids of `vocabulary` and of the tags in `data`. Throws a DataError if a file cannot
 * be read, or if it differs from its record in `datasets`, taken when the run started.
 */
export async function loadTestSplits(
  config: ExperimentConfig,
  baseDir: string,
  vocabulary: Vocabulary,
  data: EncodedData,
  datasets: DatasetRecord[] = [],
): Promise<TestSplits> {
  const issues = new IssueList()
  const plan = planTasks(config, issues)
  const encoder = new WordEncoder(vocabulary)
  const corpora = new Map<string, { table: ColumnTable; words: EncodedWords } | null>()
  for (const corpus of plan.corpora) {
    const read = await readSplit(corpus, 'test', baseDir, issues)
    const record = datasets.find((dataset) => dataset.corpus === corpus.name && dataset.split === 'test')
    if (read !== null && record !== undefined && read.hash !== record.hash) {
      issues.error(read.table.file, null, 'found another file than when the run started, expected the same bytes')
    }
    corpora.set(corpus.name, read === null ? null : { table: read.table, words: encoder.encode(read.table) })
  }
  issues.throwIfErrors()

  const tasks: TestSplits['tasks'] = {}
  for (const task of plan.tasks) {
    const corpus = corpora.get(task.corpus)!
    const encoded = data.tasks.find((other) => other.name === task.name)!
    const tagNames = [...encoded.tagNames]
    if (corpus === null) {
      tasks[task.name] = null
      continue
    }
    const tags = splitTags(
      task,
      { ...encoded, evidence: null },
      corpus.table,
      lastPosition(encoded.train.sentenceStart),
      issues,
    )
    tasks[task.name] = { split: { ...corpus.words, tags: numberTags(tags, tagNames) }, tagNames }
  }
  issues.throwIfErrors()
  return { spellings: encoder.table(), tasks }
}
