/** Maps the tasks of a correction project to columns of a corpus. */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import type { AnnotationTask } from '../../../shared/annotation/project.ts'
import type { Corpus, CorpusTask } from '../../../shared/protocol/requests/datasets.ts'
import { CONLLU_COLUMNS } from '../../data/conllu.ts'

/** A task and its column in the corpus. */
export interface TaskColumn {
  task: AnnotationTask
  column: CorpusTask
}

/** Columns of CoNLL-U that a tag can be written to without changing the rest of the row. */
const WRITABLE = ['LEMMA', 'UPOS', 'XPOS', 'FEATS', 'DEPREL']

/**
 * Uses the column that the suggesting run learnt the task from, if it was this corpus; else the task's name. A task
 * without a writable column of its kind is left out.
 */
export function columnsFor(
  tasks: readonly AnnotationTask[],
  corpus: Corpus,
  config: ExperimentConfig | null,
): TaskColumn[] {
  const train = corpus.files.find(({ split }) => split === 'train')?.path
  return tasks.flatMap((task) => {
    const learnt = config?.tasks[task.name]
    const from = learnt === undefined ? undefined : config!.corpora[learnt.corpus ?? Object.keys(config!.corpora)[0]]
    const fits = ({ kind, column }: CorpusTask) =>
      kind === task.kind && (corpus.format !== 'conllu' || isWritable(column))
    const found =
      corpus.tasks.find((one) => fits(one) && from?.train === train && String(one.column) === String(learnt?.tags)) ??
      corpus.tasks.find((one) => fits(one) && one.name === task.name)
    return found === undefined ? [] : [{ task, column: found }]
  })
}

/** The name of a column in CoNLL-U. */
export function conlluColumn(column: number | string): string {
  return /^\d+$/.test(String(column)) ? (CONLLU_COLUMNS[Number(column)] ?? String(column)) : String(column)
}

function isWritable(column: number | string): boolean {
  const name = conlluColumn(column)
  return name.startsWith('MISC:') || WRITABLE.includes(name.toUpperCase())
}
