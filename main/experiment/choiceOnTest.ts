/**
 * The analysis `analyses.choiceOnTest`: how much of a gain would come from choosing the joint epoch on test, as the
 * authors' code does. Trainings score test after every epoch and keep the scores sealed; nothing is chosen by them.
 */
import type { ChoiceOnTest, EpochChoice } from '../../shared/runs/report.ts'
import { JOINT_METHODS } from '../../shared/settings/methods.ts'
import type { Needs } from './context.ts'

/** What each joint method would score on test by the way its epoch is chosen; null unless it was asked for. */
export function choiceOnTest({ config, store, run }: Needs<'config' | 'store' | 'run'>): ChoiceOnTest[] | null {
  if (!config.analyses.choiceOnTest) return null
  return JOINT_METHODS.flatMap((method): ChoiceOnTest[] => {
    const id = { phase: method, task: null, round: null }
    const sealed = store.training(run.id, id)?.result?.sealedTest
    if (sealed === undefined) return []
    const epochs = store.epochMetrics(run.id, id)
    const tasks = Object.keys(sealed)
    const columns = (value: (task: string, epoch: number) => number) =>
      new Map(tasks.map((task) => [task, epochs.map((_, epoch) => value(task, epoch))]))
    const dev = columns((task, epoch) => epochs[epoch].dev[task].value)
    const test = columns((task, epoch) => sealed[task][epoch])
    return [{ method, choices: choices(dev, test) }]
  })
}

type Scores = ReadonlyMap<string, readonly number[]>

/** `dev` and `test`: by task, the score after each epoch, in percent. */
export function choices(dev: Scores, test: Scores): EpochChoice[] {
  const tasks = [...test.keys()]
  const mean = (scores: Scores) =>
    scores.get(tasks[0])!.map((_, epoch) => tasks.reduce((sum, task) => sum + scores.get(task)![epoch], 0))
  const choice = (by: EpochChoice['by'], perTask: boolean, scores: Scores): EpochChoice => ({
    by,
    perTask,
    tasks: Object.fromEntries(
      tasks.map((task) => {
        const epoch = firstMaximum(perTask ? scores.get(task)! : mean(scores))
        return [task, { epoch, test: test.get(task)![epoch] }]
      }),
    ),
  })
  return [choice('dev', false, dev), choice('dev', true, dev), choice('test', false, test), choice('test', true, test)]
}

function firstMaximum(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0)
}
