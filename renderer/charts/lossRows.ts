/** The losses of trainings as rows, one per step: fetched for saving, independent of what the screen shows. */
import { own } from '../../shared/util/nested.ts'
import { trainingKey, type StepMetric } from '../../shared/runs/training.ts'
import { ask } from '../bridge/index.ts'
import type { Row } from './csv.ts'
import type { Curve } from './curves.ts'

const HEAD = [
  'training',
  'task',
  'round',
  'density (fraction)',
  'step',
  'epoch',
  'training time (s)',
  'loss per token (nats)',
  'tokens',
]

/** Of the trainings of these curves; steps and epochs count from 1, rounds from 0. */
export async function wholeLosses(run: string, curves: readonly Curve[]): Promise<Row[]> {
  const byTraining = Map.groupBy(curves, ({ training }) => trainingKey(training.id))
  const rows: Row[] = [HEAD]
  for (const [key, members] of byTraining) {
    const { training } = members[0]
    const steps = await ask('runs.steps', { run, training: training.id })
    for (const step of steps) rows.push(rowOf(key, members[0], step))
  }
  return rows
}

function rowOf(
  key: string,
  { training: { id, result }, clock }: Curve,
  { step, epoch, task, loss, tokens }: StepMetric,
): Row {
  const seconds = clock.at(step + 1, 'time')
  return [
    key,
    task,
    id.round,
    own(result?.density ?? {}, task) ?? null,
    step + 1,
    epoch + 1,
    Number.isNaN(seconds) ? null : Number(seconds.toFixed(3)),
    loss,
    tokens,
  ]
}
