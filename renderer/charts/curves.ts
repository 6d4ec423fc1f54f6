/** The lines of the learning curves: losses by step and dev scores by epoch, over steps, epochs or time. No DOM. */
import { own } from '../../shared/util/nested.ts'
import type { TrainingDetail } from '../../shared/protocol/api.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { grouped, percent } from '../../shared/util/format.ts'
import { trainingKey } from '../../shared/runs/training.ts'
import { label } from '../../shared/runs/names.ts'
import { lastRound } from '../../shared/settings/plan.ts'
import { clockOf, meanSecondsPerStep, type Clock, type CurveX } from './clock.ts'
import { Series } from './columns.ts'
import type { Losses } from './losses.ts'
import { roundColour } from './rounds.ts'
import type { DenseLine, Group, Line, LineColour } from './series.ts'

/** One line: a task in a training. */
export interface Curve {
  training: TrainingDetail
  task: string
  name: string
  colour: LineColour
  clock: Clock
}

/**
 * One curve per task of a joint training, or one per round of a task. `trainings`: those of the group that are shown.
 */
export function curvesOfGroup(
  group: Group,
  trainings: readonly TrainingDetail[],
  tasks: readonly string[],
  config: ExperimentConfig,
): Curve[] {
  const secondsPerStep = meanSecondsPerStep(group.trainings)
  return trainings.flatMap((training): Curve[] => {
    const clock = clockOf(training, config, secondsPerStep)
    const { phase, task, round } = training.id
    if (task === null) return tasks.map((name, t) => ({ training, task: name, name, colour: { task: t }, clock }))
    const density = own(training.result?.density ?? {}, task) ?? (1 - config.imp.pruningRate) ** round!
    return [
      {
        training,
        task,
        name: `${phase === 'search' ? 'search' : 'round'} ${round}, ${percent(density, 1)}`,
        colour: roundColour(round!, lastRound(config.imp)),
        clock,
      },
    ]
  })
}

/** Before the first epoch ends, times are not known: such points are left out. */
export function lossLine({ name, colour, training, task, clock }: Curve, losses: Losses, x: CurveX): DenseLine {
  const stored = losses.of(task)
  const series = x === 'step' ? stored : new Series()
  const steps: number[] = []
  if (x !== 'step') {
    for (let i = 0; i < stored.length; i++) {
      const at = clock.at(stored.x[i], x)
      if (Number.isNaN(at)) continue
      series.push(at, stored.y[i])
      steps.push(stored.x[i])
    }
  }
  const stepAt = (index: number) => (x === 'step' ? stored.x[index] : steps[index])
  return {
    name,
    colour,
    series,
    label: (index) =>
      `${label(training.id)}, step ${grouped(stepAt(index))}, epoch ${Math.floor(clock.at(stepAt(index) - 1, 'epoch')) + 1}`,
  }
}

export function devLine({ name, colour, training, task, clock }: Curve, x: CurveX): Line {
  const best = training.result?.bestEpoch
  return {
    name,
    colour,
    points: training.epochs.flatMap(({ epoch, step, dev }) =>
      own(dev, task) === undefined
        ? []
        : [
            {
              x: clock.at(step, x),
              y: dev[task].value,
              marked: epoch === best,
              label: `${label(training.id)}, epoch ${epoch + 1}${epoch === best ? ', best' : ''}`,
            },
          ],
    ),
  }
}

export const keyOf = ({ training }: Pick<Curve, 'training'>) => trainingKey(training.id)
