/**
 * Backend failover: a run whose backend fails continues on the next one from its last checkpoints, as after any other
 * stop.
 */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import type { LoadedData } from '../data/load.ts'
import type { Store } from '../store/types.ts'
import { chosenFails, firstUsable } from './backendOfRun.ts'
import { describeEnvironment, type ChosenBackend } from './environment.ts'
import { openContext, type ExperimentContext, type OpenContext, type RunOptions } from './context.ts'
import { BackendError } from './pool.ts'

export interface RunSession extends RunOptions {
  store: Store
  run: RunRecord
  loaded: LoadedData
  /** In which a run with backend `auto` tries backends. */
  order: readonly BackendName[]
}

/**
 * Does the work on the first backend. Where that fails in a run with backend `auto`, does it again on the next; what is
 * stored is not done again. Throws the error where the last backend fails, or where a second one fails with the same
 * message: then no backend is to blame. Where a person chose the backend that fails, throws an Error that names the
 * command to continue with.
 */
export async function withBackendFailover(
  session: RunSession,
  first: ChosenBackend,
  work: (context: ExperimentContext) => Promise<void>,
): Promise<void> {
  const { store, run, loaded, order, control, onEvent, modules = [] } = session
  const left = [...(run.environment.left ?? [])]
  const failed = new Map<BackendName, string>()
  for (let backend = first; ;) {
    const { name } = backend
    const error = await attempt(openContext(store, run, loaded, name, session), work)
    if (error === null) return
    if ([...failed.values()].includes(error.message)) throw error
    if (session.backend === name || (run.config.backend !== 'auto' && run.config.backend === name))
      throw chosenFails(run, name, error.message)
    failed.set(name, error.message)
    const next = await firstUsable(
      order.filter((other) => !failed.has(other)),
      modules,
    ).catch(() => {
      throw error
    })
    left.push({ backend: name, why: error.message })
    store.saveEnvironment(run.id, describeEnvironment(run.config, next, left))
    for (const message of [
      `${name} failed: ${error.message}. The run continues on ${next.name} from its last checkpoint; its bits ` +
        'will differ from those of an uninterrupted run.',
      ...next.warnings,
    ]) {
      onEvent({ type: 'warning', message })
    }
    // The failed training halted the others; a stop that the user asked for meanwhile stays.
    control.clearHalt()
    backend = next
  }
}

/** Null where the work is done, the error where the backend failed. Throws every other error. */
async function attempt(
  { context, failure, close }: OpenContext,
  work: (context: ExperimentContext) => Promise<void>,
): Promise<BackendError | null> {
  try {
    await work(context)
    return null
  } catch (error) {
    // What halted the trainings from outside explains the stop better than the stop itself.
    const cause = failure() ?? error
    if (cause instanceof BackendError) return cause
    throw cause
  } finally {
    await close()
  }
}
