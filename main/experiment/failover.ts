/** A run whose backend fails goes on, on the next that can compute, from its last checkpoints: as after any other stop. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import type { LoadedData } from '../data/load.ts'
import type { Store } from '../store/types.ts'
import { chosenFails, firstUsable } from './backendOfRun.ts'
import { describeEnvironment, type ChosenBackend } from './environment.ts'
import { openContext, type ExperimentContext, type RunOptions } from './context.ts'
import { BackendFailed } from './pool.ts'

export interface Sitting extends RunOptions {
  store: Store
  run: RunRecord
  loaded: LoadedData
  /** In which the run tries backends by itself. */
  order: readonly BackendName[]
}

/**
 * Does the work in a laboratory on this backend; where that fails in a run that left the choice to the program, again in one on the next.
 * What is stored is not done again. Where a second one fails in the same words, or the last one, the fault is thrown: it is nobody's
 * backend's. A failing backend that a person chose is thrown too, with the command to go on with.
 */
export async function withBackendFailover(
  sitting: Sitting,
  first: ChosenBackend,
  work: (lab: ExperimentContext) => Promise<void>,
): Promise<void> {
  const { store, run, loaded, order, control, onEvent, modules = [] } = sitting
  const left = [...(run.environment.left ?? [])]
  const failed = new Map<BackendName, string>()
  for (let backend = first; ;) {
    const { name } = backend
    const fault = await attempt(openContext(store, run, loaded, name, sitting), work)
    if (fault === null) return
    if ([...failed.values()].includes(fault.message)) throw fault
    if (sitting.backend === name || (run.config.backend !== 'auto' && run.config.backend === name))
      throw chosenFails(run, name, fault.message)
    failed.set(name, fault.message)
    const next = await firstUsable(
      order.filter((other) => !failed.has(other)),
      modules,
    ).catch(() => {
      throw fault
    })
    left.push({ backend: name, why: fault.message })
    store.saveEnvironment(run.id, describeEnvironment(run.config, next, left))
    for (const message of [
      `${name} failed: ${fault.message}. The run goes on on ${next.name} from its last checkpoint: not to the same bits as without the change.`,
      ...next.warnings,
    ]) {
      onEvent({ type: 'warning', message })
    }
    // Of what one failing training halted; a stop that the user asked for meanwhile stays.
    control.goOn()
    backend = next
  }
}

/** Null where the work was done. Throws whatever is not the backend's fault. */
async function attempt(
  lab: ExperimentContext,
  work: (lab: ExperimentContext) => Promise<void>,
): Promise<BackendFailed | null> {
  try {
    await work(lab)
    return null
  } catch (error) {
    if (error instanceof BackendFailed) return error
    throw error
  } finally {
    await lab.close()
  }
}
