/** For every method: which trained networks tag which tasks, and with which masks. */
import type { Method } from '../settings/methods.ts'
import type { TrainingId } from './training.ts'

/** The network of one training, and the tasks it tags. */
export interface TrainedNetwork {
  training: TrainingId
  /** `round`: the task runs under the mask of this round of its own IMP; null = without a mask. */
  tasks: { name: string; round: number | null }[]
}

/**
 * The networks of a method for these tasks. `chosen` holds the round of each task's subnet. Null where a subnet is
 * needed that is not chosen yet. Hierarchical sharing needs no mask here: a head reads only the layers beneath it.
 */
export function networksOf(
  method: Method,
  tasks: readonly string[],
  chosen: ReadonlyMap<string, number>,
): TrainedNetwork[] | null {
  const single = (name: string, round: number | null): TrainedNetwork => ({
    training: { phase: 'imp', task: name, round: round ?? 0 },
    tasks: [{ name, round }],
  })
  // The single-task baseline is round 0 of IMP: dense.
  if (method === 'single') return tasks.map((name) => single(name, null))
  const masked = method === 'subnet' || method === 'sparse'
  if (masked && !tasks.every((name) => chosen.has(name))) return null
  if (method === 'subnet') return tasks.map((name) => single(name, chosen.get(name)!))
  return [
    {
      training: { phase: method, task: null, round: null },
      tasks: tasks.map((name) => ({ name, round: masked ? chosen.get(name)! : null })),
    },
  ]
}

/** The training that a method's score of a task comes from. Null where its subnet is not chosen yet. */
export function trainingOf(method: Method, task: string, chosen: ReadonlyMap<string, number>): TrainingId | null {
  return networksOf(method, [task], chosen)?.[0].training ?? null
}

/** The round of each task's subnet, as tickets name it; a later ticket of a task counts. */
export function chosenRounds(tickets: readonly { task: string; chosen: number }[]): Map<string, number> {
  return new Map(tickets.map(({ task, chosen }) => [task, chosen]))
}
