/** The one place that reads test data: after all training and every choice. */
import type { Method } from '../../shared/config.ts'
import type { Mask } from '../../shared/mask.ts'
import type { Score, TrainingId } from '../../shared/training.ts'
import { loadTestSplits, type TestSplit } from '../data/testSplits.ts'
import { networkShape } from '../nn/theta0.ts'
import type { Laboratory } from './laboratory.ts'
import type { Ticket } from './tickets.ts'

/** Test scores by method, then task; null where a task has no test split. */
export type TestScores = Partial<Record<Method, Record<string, Score | null>>>

/** A trained network and the tasks it tags, each under its mask. */
interface Subject {
  method: Method
  id: TrainingId
  tasks: { name: string; mask: Mask | null }[]
}

/** Scores what each method chose on dev. The methods are those the config names, and those that came for free on the way. */
export async function testOnce(lab: Laboratory, tickets: Ticket[]): Promise<TestScores> {
  const { config, data, loaded, pool, run } = lab
  const test = await loadTestSplits(config, '', loaded.vocabulary, data, run.datasets)
  const scores: TestScores = {}
  await lab.all(subjects(lab, tickets).map(async ({ method, id, tasks }) => {
    const found = (scores[method] ??= {})
    const present = tasks.filter(({ name }) => test.tasks[name] !== null)
    for (const { name } of tasks) found[name] = null
    if (present.length === 0) return
    const exams = present.map(({ name, mask }) => {
      const { split, tagNames } = test.tasks[name] as TestSplit
      const { score, scheme } = data.tasks.find((task) => task.name === name)!
      return { task: { name, score, scheme, tagNames }, split, mask }
    })
    const shape = networkShape(config.model, data, tasks.map(({ name }) => name))
    const end = await pool.run({ type: 'exam', shape, weights: lab.weightsOf(id), spellings: test.spellings, exams })
    if (end.type === 'examined') Object.assign(found, end.scores)
  }))
  return scores
}

function subjects({ config, data }: Laboratory, tickets: Ticket[]): Subject[] {
  const joint = (method: 'hard' | 'sparse', mask: (task: string) => Mask | null): Subject => (
    { method, id: { phase: method, task: null, round: null }, tasks: data.tasks.map(({ name }) => ({ name, mask: mask(name) })) }
  )
  const imp = (task: string, round: number): TrainingId => ({ phase: 'imp', task, round })
  const pruned = config.methods.includes('subnet') || config.methods.includes('sparse')
  return [
    ...tickets.map(({ task }): Subject => ({ method: 'single', id: imp(task, 0), tasks: [{ name: task, mask: null }] })),
    ...(pruned ? tickets.map(({ task, chosen, mask }): Subject => ({ method: 'subnet', id: imp(task, chosen), tasks: [{ name: task, mask }] })) : []),
    ...(config.methods.includes('hard') ? [joint('hard', () => null)] : []),
    ...(config.methods.includes('sparse') ? [joint('sparse', (task) => tickets.find((ticket) => ticket.task === task)!.mask)] : []),
  ]
}
