/** Previews a dataset version before it is created. */
import type { RunRecord } from '../../../shared/runs/records.ts'
import type { VersionPlan } from '../../../shared/protocol/requests/annotateResults.ts'
import type { Corpus, Split } from '../../../shared/protocol/requests/datasets.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import { countsOf, knownIn } from './base.ts'
import { columnsFor, type TaskColumn } from './columns.ts'

/** The run that suggests; null where it was deleted. */
export function runOf(store: Store, run: string): RunRecord | null {
  try {
    return store.getRun(run)
  } catch {
    return null
  }
}

/** Throws a StoreError 'missing'. */
export async function planVersion(store: Store, project: string, base: string | null): Promise<VersionPlan> {
  const { name, model, tasks, versionCount } = store.annotation.get(project)
  const decided = store.annotation.decided(project)
  const number = versionCount + 1
  const corpus = base === null ? null : store.getCorpus(base)
  const columns = corpus === null ? null : columnsFor(tasks, corpus, (model && runOf(store, model.run)?.config) ?? null)
  const plan = {
    number,
    name: unused(`${name} v${number}`, store.listCorpora()),
    ...countStates(decided),
    tasks: tasks.map((task) => ({
      task: task.name,
      column: columns === null ? null : (columns.find((one) => one.task.name === task.name)?.column.column ?? null),
    })),
    lost:
      corpus === null
        ? []
        : corpus.tasks
            .filter((task) => !columns!.some(({ column }) => column.name === task.name))
            .map((task) => task.name),
  }
  const problem = problemOf(decided, corpus, columns)
  if (corpus === null || problem !== null) return { ...plan, replaced: 0, inDev: 0, inTest: 0, problem }
  const counts = countsOf(decided)
  const count = async (split: Split, most: 'all' | 'asCorrected') =>
    (await knownIn(corpus, split, counts, most))?.lines.length ?? 0
  return {
    ...plan,
    replaced: await count('train', 'asCorrected'),
    inDev: await count('dev', 'all'),
    inTest: await count('test', 'all'),
    problem,
  }
}

export function countStates(decided: readonly DecidedSentence[]): { accepted: number; fixed: number } {
  const accepted = decided.filter(({ state }) => state === 'accepted').length
  return { accepted, fixed: decided.length - accepted }
}

/** Why no version can be created, or null. */
export function problemOf(
  decided: readonly DecidedSentence[],
  base: Corpus | null,
  columns: readonly TaskColumn[] | null,
): string | null {
  if (decided.length === 0) return 'No sentence is accepted or fixed yet.'
  if (base === null)
    return decided.length < 2 ? 'A separate corpus needs at least two sentences: one for train, one for dev.' : null
  if (base.format === 'conll2012')
    return `${base.name} is in CoNLL-2012 format, which cannot be written. Create a separate corpus and train on both.`
  return columns!.length === 0
    ? `${base.name} has none of the tasks that are corrected here. Create a separate corpus and train on both.`
    : null
}

function unused(name: string, corpora: readonly Corpus[]): string {
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name} (${n})`
    if (!corpora.some((corpus) => corpus.name === tried)) return tried
  }
}
