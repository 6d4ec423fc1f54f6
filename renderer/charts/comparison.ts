/** Lines of several runs in one chart: colours stand for runs, dashes for tasks. No DOM. */
import type { RunDetail } from '../../shared/protocol/api.ts'
import { curvesOf, curvesSoFar } from '../../shared/runs/curves.ts'
import { JOINT_METHODS, type JointMethod } from '../../shared/settings/methods.ts'
import { densityLines, epochLines, type Line, type Measure } from './series.ts'

/** A run with a label that distinguishes it from the others. */
export interface Compared {
  detail: RunDetail
  /** Its name, with the id where another has the same name. */
  label: string
}

/** Joint trainings of which at least one run has an epoch, sparse sharing first. */
export function comparableMethods(runs: readonly Compared[]): JointMethod[] {
  return JOINT_METHODS.toReversed().filter((method) =>
    runs.some(({ detail }) => detail.trainings.some(({ id, epochs }) => id.phase === method && epochs.length > 0)),
  )
}

/** Dev score or loss by epoch of the same joint training of each run. */
export function comparedEpochs(
  runs: readonly Compared[],
  tasks: readonly string[],
  method: JointMethod,
  measure: Measure,
): Line[] {
  return runs.flatMap(({ detail, label }, run) => {
    const trainings = detail.trainings.filter(({ id, epochs }) => id.phase === method && epochs.length > 0)
    if (trainings.length === 0) return []
    return ofRun(epochLines({ key: method, name: method, trainings }, tasks, measure), label, run, tasks)
  })
}

/** Dev score against density of each run's rounds. */
export function comparedDensities(runs: readonly Compared[], tasks: readonly string[]): Line[] {
  return runs.flatMap(({ detail, label }, run) => {
    const { report } = detail.run
    const curves =
      report === null || report.tickets.length === 0 ? curvesSoFar(detail.trainings, tasks) : curvesOf(report.tickets)
    return ofRun(
      densityLines(
        curves.filter(({ task }) => tasks.includes(task)),
        tasks,
      ),
      label,
      run,
      tasks,
    )
  })
}

/** The longest name of a run before that of a task in a legend. */
const LONGEST = 24

/** Shortened at its end, so that the task after it can be read. */
function shortened(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1).trimEnd()}…`
}

function ofRun(lines: readonly Line[], label: string, run: number, tasks: readonly string[]): Line[] {
  return lines
    .filter(({ points }) => points.length > 0)
    .map((line) => ({
      ...line,
      name: tasks.length === 1 ? label : `${shortened(label)}: ${line.name}`,
      colour: { task: run },
      stroke: tasks.indexOf(line.name),
    }))
}

/** A difference with its sign: +0.42, −0.10, ±0.00. */
export function signed(difference: number): string {
  const text = Math.abs(difference).toFixed(2)
  return `${text === '0.00' ? '±' : difference > 0 ? '+' : '−'}${text}`
}
