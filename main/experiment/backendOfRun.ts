/** Which backend a run computes on: chosen once, when it is created, so that it goes on to the same bits; another only where that one is gone. */
import { whyNot, type BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import { availability } from '../backend/availability.ts'
import type { BackendModules } from '../backend/backend.ts'
import type { ChosenBackend } from './environment.ts'

/** What a choice came to, and what a person should know about it. */
export interface Choice extends ChosenBackend {
  warnings: string[]
}

/** For a new run. `order`: in which `auto` tries. Throws an Error where the one asked for by name cannot compute. */
export async function backendFor(
  wanted: ExperimentConfig['backend'],
  order: readonly BackendName[],
  modules: BackendModules = [],
): Promise<Choice> {
  if (wanted === 'auto') return firstUsable(order, modules)
  const found = await availability(wanted, modules)
  if (!found.usable)
    throw new Error(
      `backend: ${wanted} cannot compute here: ${whyNot(found)}. "sparse-sharing devices" lists what can, auto takes the fastest of it`,
    )
  return { name: wanted, found, warnings: [] }
}

/**
 * For a run that begins or goes on: the one on its record, or the one asked for now. Where that cannot compute, a run that left the choice
 * to the program takes the next; one whose backend was chosen by a person does not, for a choice that is silently changed is none:
 * throws an Error that names the command to go on with.
 */
export async function backendOfRun(
  run: RunRecord,
  asked: BackendName | undefined,
  order: readonly BackendName[],
  modules: BackendModules = [],
): Promise<Choice> {
  const name = asked ?? (run.environment.backend as BackendName)
  const found = await availability(name, modules)
  if (found.usable) return { name, found, warnings: [] }
  if (asked !== undefined || run.config.backend !== 'auto') throw chosenFails(run, name, whyNot(found))
  const next = await firstUsable(
    order.filter((other) => other !== name),
    modules,
  )
  return {
    ...next,
    warnings: [
      `${name}, which the run began on, cannot compute here any more: ${whyNot(found)}. It goes on on ${next.name}.`,
      ...next.warnings,
    ],
  }
}

/** Where the backend that a person chose fails. */
export function chosenFails(run: RunRecord, name: BackendName, why: string): Error {
  const other = name === 'cpu' ? 'native' : name === 'native' ? 'cpu' : 'native'
  return new Error(
    `${name}, chosen for this run, cannot go on: ${why}. To go on on another: sparse-sharing resume ${run.id} --backend ${other}`,
  )
}

/** Throws an Error where none can compute. */
export async function firstUsable(order: readonly BackendName[], modules: BackendModules): Promise<Choice> {
  const warnings: string[] = []
  for (const name of order) {
    const found = await availability(name, modules)
    if (found.usable && found.software) continue
    if (found.usable) return { name, found, warnings }
    if (name === 'native') warnings.push(`training runs without our kernels and will be slower: ${whyNot(found)}`)
    else warnings.push(`${name} would be faster, but cannot compute now: ${whyNot(found)}`)
  }
  throw new Error(['No backend can compute here.', ...warnings].join(' '))
}
