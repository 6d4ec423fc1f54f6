/** The words of an evaluated split, from the file of its corpus: predictions are stored without words. */
import { existsSync } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import type { EvaluatedSplit } from '../../../shared/analysis/evaluated.ts'
import type { SplitWords } from '../../../shared/analysis/sentenceFilter.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import { readSplit, type SplitName } from '../../data/corpora.ts'
import { planTasks, type PlannedCorpus } from '../../data/plan.ts'
import { formatIssue, IssueList } from '../../data/problems.ts'
import { holdOut } from '../../data/split.ts'
import type { Store } from '../../store/types.ts'

/** The words, or why they are missing. */
export type FoundWords = { words: SplitWords; missing: null } | { words: null; missing: string }

const lacking = (missing: string): FoundWords => ({ words: null, missing })

/** Reads the file of the split: where the run read it, else the copy in the catalogue with the same content. */
export async function wordsOf(store: Store, run: RunRecord, evaluated: EvaluatedSplit): Promise<FoundWords> {
  const plan = planTasks(run.config, new IssueList())
  const task = plan.tasks.find(({ name }) => name === evaluated.task)
  const corpus = plan.corpora.find(({ name }) => name === task?.corpus)
  if (corpus === undefined) return lacking('The settings of the run name no corpus for this task.')
  // Without a file of its own, dev was held out of train.
  const isHeldOut = evaluated.split === 'dev' && corpus.config.dev === null
  const split: SplitName = isHeldOut ? 'train' : evaluated.split
  const record = run.datasets.find((one) => one.corpus === corpus.name && one.split === split)
  if (record === undefined) return lacking(`The run has no record of its ${split} file.`)
  const path = corpus.config[split]
  const found = path !== null && isAbsolute(path) && existsSync(path) ? path : store.corpusFile(record.hash)
  if (found === null || !existsSync(found))
    return lacking(`${basename(record.path)}, which the run was evaluated on, is not on this machine any more.`)
  const read = await readWords(corpus, split, found)
  if ('missing' in read) return lacking(read.missing)
  if (read.hash !== record.hash)
    return lacking(
      `${found} has changed since the run was evaluated (SHA-256 ${read.hash.slice(0, 12)}…, was ` +
        `${record.hash.slice(0, 12)}…).`,
    )
  const table = isHeldOut
    ? holdOut(read.table, corpus.config.devFraction, run.config.seed, corpus.name).dev
    : read.table
  if (!sameNumbers(table.sentenceStart, evaluated.sentenceStart))
    return lacking(`${found} is divided into other sentences than when the run was evaluated.`)
  return { words: table.words, missing: null }
}

async function readWords(corpus: PlannedCorpus, split: SplitName, path: string) {
  const issues = new IssueList()
  const moved = { ...corpus, config: { ...corpus.config, [split]: path } }
  const read = await readSplit(moved, split, '', issues)
  const problem = issues.all.find(({ severity }) => severity === 'error')
  if (read !== null && problem === undefined) return read
  return { missing: problem === undefined ? `${path} cannot be read.` : formatIssue(problem) }
}

function sameNumbers(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
