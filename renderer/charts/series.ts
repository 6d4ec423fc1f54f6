/** The lines of a run's charts, from its stored data. No DOM, no Chart.js. */
import { own } from '../../shared/util/nested.ts'
import type { TrainingDetail } from '../../shared/protocol/api.ts'
import type { Curve } from '../../shared/runs/curves.ts'
import { percent } from '../../shared/util/format.ts'
import { METHOD_NAMES } from '../../shared/settings/methods.ts'
import { isRound, trainingKey, type EpochMetric } from '../../shared/runs/training.ts'
import type { Series } from './columns.ts'

export interface Point {
  x: number
  y: number
  /** The tooltip of the point, beside its y. */
  label: string
  /** The chosen subnet, the best epoch. */
  marked: boolean
  /** Standard deviation of y over several runs: drawn as a bar from y − spread to y + spread. */
  spread?: number
}

/** The number of --task-N colours in tokens.css; further tasks start over. */
export const TASK_COLOURS = 8

/** The colour of a task, a step on the scale of rounds, or a token of the style sheet such as '--accent'. */
export type LineColour = { task: number } | { step: number; of: number } | { css: string }

export interface Line {
  name: string
  colour: LineColour
  /** Selects dashes and point shapes, where they do not follow from the colour. */
  stroke?: number
  points: Point[]
}

/** A line of very many points, which may grow while it is shown: give the chart a new list of lines when it has. */
export interface DenseLine {
  name: string
  colour: LineColour
  series: Series
  /** The tooltip of a point, beside its y. */
  label(index: number): string
}

/** Dev score against density, one line per task. */
export function densityLines(curves: readonly Curve[], tasks: readonly string[]): Line[] {
  return curves.map(({ task, candidates, chosen }) => ({
    name: task,
    colour: { task: tasks.indexOf(task) },
    // Short trainings of a search are not comparable with the others.
    points: candidates
      .filter(({ searchOnly }) => searchOnly !== true)
      .map(({ round, density, dev }) => ({
        x: density,
        y: dev,
        marked: round === chosen,
        label: `round ${round}, density ${percent(density)}${round === chosen ? ', chosen' : ''}`,
      })),
  }))
}

/** Trainings shown together: a joint one, or all rounds of a task. */
export interface Group {
  key: string
  name: string
  trainings: TrainingDetail[]
}

const JOINT = ['sparse', 'hard', 'hierarchical', 'soft', 'warmup'] as const

/** Joint trainings first, then the rounds of each task; only those that have started. */
export function groupsOf(trainings: readonly TrainingDetail[], tasks: readonly string[]): Group[] {
  const joint = JOINT.map((phase) => ({
    key: phase,
    name: phase === 'warmup' ? phase : METHOD_NAMES[phase],
    trainings: trainings.filter(({ id }) => id.phase === phase),
  }))
  const imp = tasks.map((task) => ({
    key: `imp/${task}`,
    name: `rounds of ${task}`,
    trainings: trainings.filter(({ id }) => isRound(id.phase) && id.task === task),
  }))
  return [...joint, ...imp].filter((group) => group.trainings.length > 0)
}

export type Measure = 'loss' | 'dev'

/** Loss or dev score by epoch, counted from 1: one line per task of a joint training, or one per round of a task. */
export function epochLines({ trainings }: Group, tasks: readonly string[], measure: Measure): Line[] {
  if (trainings.every(({ id }) => !isRound(id.phase))) {
    return trainings.flatMap((training) =>
      tasks.map((task, t) => ({ name: task, colour: { task: t }, points: points(training, task, measure) })),
    )
  }
  return trainings.map((training) => {
    const { phase, task, round } = training.id
    const density = training.result?.density[task!]
    return {
      name: `${phase === 'search' ? 'search' : 'round'} ${round}${density === undefined ? '' : `, ${percent(density)}`}`,
      colour: { step: round!, of: Math.max(...trainings.map(({ id }) => id.round!)) },
      points: points(training, task!, measure),
    }
  })
}

function points({ id, epochs, result }: TrainingDetail, task: string, measure: Measure): Point[] {
  const value = ({ loss, dev }: EpochMetric) => (measure === 'loss' ? own(loss, task) : own(dev, task)?.value)
  return epochs.flatMap((metric) => {
    const y = value(metric)
    const best = measure === 'dev' && metric.epoch === result?.bestEpoch
    return y === null || y === undefined
      ? []
      : [
          {
            x: metric.epoch + 1,
            y,
            marked: best,
            label: `${trainingKey(id)}, epoch ${metric.epoch + 1}${best ? ', best' : ''}`,
          },
        ]
  })
}
