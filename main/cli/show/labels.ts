/** What each label scores: the tables of `show --labels`. */
import { NO_PREDICTIONS } from '../../../shared/analysis/evaluated.ts'
import { labelLines, labelsOfRun, type LabelLine, type TaskLabels } from '../../../shared/analysis/runLabels.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import { METHOD_NAMES } from '../../../shared/settings/methods.ts'
import { grouped, score } from '../../../shared/util/format.ts'
import type { Store } from '../../store/types.ts'
import { wrap } from '../../config/wrap.ts'
import type { Paint } from '../colour.ts'
import { table } from '../table.ts'
import { headLines } from './facts.ts'

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_WIDTH = 120

export function labelPage(store: Store, run: RunRecord, columns: number, paint: Paint): string[] {
  const width = Math.min(columns, MAX_WIDTH)
  const tasks = Object.keys(run.config.tasks)
  const all = labelsOfRun(store, run.id).toSorted((a, b) => tasks.indexOf(a.task) - tasks.indexOf(b.task))
  const tables = all.flatMap((one) => ['', ...labelTable(one, width, paint)])
  const problem = run.report === null ? 'The run is not evaluated yet.' : NO_PREDICTIONS
  return [...headLines(run, paint), ...(all.length === 0 ? ['', problem] : tables), ...explanation(all, width)]
}

function labelTable(labels: TaskLabels, width: number, paint: Paint): string[] {
  const { task, split, kind, methods } = labels
  const columns = [
    { title: `\n${kind === 'span' ? 'type' : 'tag'}` },
    { title: `\n${kind === 'span' ? 'spans' : 'tokens'}`, align: 'right' as const },
    ...methods.flatMap(({ method }) => [
      { title: `${METHOD_NAMES[method]}\nP`, align: 'right' as const },
      { title: '\nR', align: 'right' as const },
      { title: '\nF1', align: 'right' as const },
    ]),
  ]
  const row = ({ label, gold, rates }: LabelLine) => [
    label,
    gold === null ? '' : grouped(gold),
    ...methods.flatMap(({ method }) => {
      const found = rates.get(method)
      return [score(found?.precision), score(found?.recall), score(found?.f1)]
    }),
  ]
  const lines = labelLines(labels)
  return [
    paint.bold(`${task}, ${split}`),
    ...table(columns, [...lines.labels, ...lines.means].map(row), { width, fixed: 2, keep: 3 }),
    `Tokens with the right tag: ${methods.map(({ method, scores }) => `${METHOD_NAMES[method]} ${score(scores.accuracy)}`).join(', ')}.`,
  ]
}

function explanation(all: TaskLabels[], width: number): string[] {
  if (all.length === 0) return []
  return [
    '',
    ...wrap(
      'Percent. Spans are counted as conlleval counts them. micro: all spans or tokens together; macro: the mean of ' +
        'the labels; weighted: their mean weighted by their number in gold.',
      width,
    ),
  ]
}
