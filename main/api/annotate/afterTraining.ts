/** What follows a training that was started from a project: its model suggests labels for the open sentences. */
import type { EventMessage } from '../../../shared/protocol/api.ts'
import type { ApiContext } from '../types.ts'
import { runOf } from './plan.ts'
import { requireTasks, suggestingModel } from './suggester.ts'
import { trainOn } from './train.ts'

type Context = Pick<ApiContext, 'store' | 'suggester' | 'notify' | 'log'>

/** Call with every event. */
export function suggestAfterTraining(context: Context, { name, data }: EventMessage): void {
  if (name !== 'run' || data.event.type !== 'status' || data.event.status !== 'finished') return
  for (const { id } of context.store.annotation.list()) adopt(context, id, data.run)
}

/** At the start of the program: trainings may have finished after it ended. */
export function adoptFinished(context: Context): void {
  for (const { id } of context.store.annotation.list()) {
    const { training } = context.store.annotation.trainingState(id)
    if (training !== null && runOf(context.store, training)?.status === 'finished') adopt(context, id, training)
  }
}

/** Makes a finished run the model of the project that started it, once. */
function adopt({ store, suggester, notify, log }: Context, project: string, run: string): void {
  try {
    const { training, model, tasks: wanted } = store.annotation.get(project)
    if (training !== run || model?.run === run) return
    const { model: found, tasks } = suggestingModel(store, run, {})
    requireTasks(run, tasks, wanted)
    const labels = new Map(tasks.map(({ name, labels: all }) => [name, all.map((label) => label.name)]))
    store.annotation.setModel(project, found, labels, { overGiven: true })
    suggester.start(project)
    notify({ name: 'annotate', data: { project, suggesting: null } })
  } catch (error) {
    // The tasks of the project may have changed since. It keeps its current model.
    log.warn(`the run ${run} cannot suggest for the project ${project}`, error)
  }
}

/** Starts a training where the project asks for one after so many decisions and none is under way. */
export async function trainIfDue(context: ApiContext, project: string): Promise<void> {
  const { store, log, notify } = context
  try {
    const { autoTrain, training } = store.annotation.trainingState(project)
    if (autoTrain.every === null || autoTrain.since < autoTrain.every) return
    const run = training === null ? null : runOf(store, training)
    if (run !== null && ['created', 'running'].includes(run.status) && !run.interrupted) return
    if (context.series.view({ project, kind: 'folds' })?.status === 'running') return
    await trainOn(context, project)
    notify({ name: 'annotate', data: { project, suggesting: null } })
  } catch (error) {
    log.warn(`the project ${project} could not be trained on`, error)
  }
}
