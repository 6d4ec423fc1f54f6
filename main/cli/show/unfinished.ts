/** Progress of an unfinished run: the candidates so far and the active trainings. */
import { own } from '../../../shared/util/nested.ts'
import { curvesSoFar } from '../../../shared/runs/curves.ts'
import { isRound, type EpochMetric } from '../../../shared/runs/training.ts'
import { grouped, score } from '../../../shared/util/format.ts'
import type { RunRecord, Store, TrainingRecord } from '../../store/types.ts'
import type { Paint } from '../colour.ts'
import { label } from '../../../shared/runs/names.ts'
import { table } from '../table.ts'
import { ticketLines } from './tickets.ts'

export function unfinishedLines(store: Store, run: RunRecord, width: number, paint: Paint): string[][] {
  const trainings = store.trainings(run.id)
  if (trainings.length === 0) return [['No training has started.']]
  const tasks = Object.keys(run.config.tasks)
  const others = trainings.filter(({ id, state }) => !isRound(id.phase) || state === 'running')
  return [
    ticketLines(curvesSoFar(trainings, tasks), width, paint),
    others.length === 0 ? [] : [paint.bold('Trainings'), ...trainingTable(store, run.id, others, tasks, width)],
  ]
}

function trainingTable(
  store: Store,
  runId: string,
  trainings: readonly TrainingRecord[],
  tasks: readonly string[],
  width: number,
): string[] {
  const columns = [
    { title: 'training' },
    { title: 'status' },
    { title: 'epochs', align: 'right' as const },
    { title: 'step', align: 'right' as const },
    { title: 'of', align: 'right' as const },
    ...tasks.map((task) => ({ title: `${task} dev`, align: 'right' as const })),
  ]
  const rows = trainings.map((training) => {
    const epochs = store.epochMetrics(runId, training.id)
    const dev = training.result?.dev ?? bestEpoch(epochs)?.dev ?? {}
    const step =
      training.state === 'finished' ? training.totalSteps : (training.checkpoint?.step ?? epochs.at(-1)?.step ?? 0)
    return [
      label(training.id),
      training.state,
      String(epochs.length),
      grouped(step),
      grouped(training.totalSteps),
      ...tasks.map((task) => score(own(dev, task)?.value)),
    ]
  })
  return table(columns, rows, { width })
}

function bestEpoch(epochs: readonly EpochMetric[]): EpochMetric | undefined {
  return epochs.findLast(({ best }) => best) ?? epochs.at(-1)
}
