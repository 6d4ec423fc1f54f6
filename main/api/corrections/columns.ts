/** Which columns of a corpus the tasks of a correction go to. */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import type { CorrectedTask } from '../../../shared/annotation/correcting.ts'
import type { Corpus, CorpusTask } from '../../../shared/protocol/requests/datasets.ts'
import { CONLLU_COLUMNS } from '../../data/conllu.ts'

/** A task, and the one of the corpus that it is. */
export interface TaskColumn {
  task: CorrectedTask
  column: CorpusTask
}

/** Columns of CoNLL-U that a tag can be written to without making the row another one. */
const WRITABLE = ['LEMMA', 'UPOS', 'XPOS', 'FEATS', 'DEPREL']

/**
 * By what the run that suggests learnt the task from, where it learnt it from this corpus; else by its name. A task without a column
 * of its kind, or with one that cannot be written, is not among them.
 */
export function columnsFor(
  tasks: readonly CorrectedTask[],
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

/** As CoNLL-U calls it. */
export function conlluColumn(column: number | string): string {
  return /^\d+$/.test(String(column)) ? (CONLLU_COLUMNS[Number(column)] ?? String(column)) : String(column)
}

function isWritable(column: number | string): boolean {
  const name = conlluColumn(column)
  return name.startsWith('MISC:') || WRITABLE.includes(name.toUpperCase())
}
