/**
 * The backend of a run: chosen when the run is created, so that it resumes to the same bits; replaced only where it is
 * gone.
 */
import { whyNot, type BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import { availability } from '../backend/availability.ts'
import type { BackendModules } from '../backend/backend.ts'
import type { ChosenBackend } from './environment.ts'

/** A chosen backend, and what a person should know about the choice. */
export interface Choice extends ChosenBackend {
  warnings: string[]
}

/**
 * The backend of a new run. `order`: in which `auto` tries backends. Throws an Error where the requested one cannot
 * compute.
 */
export async function backendFor(
  wanted: ExperimentConfig['backend'],
  order: readonly BackendName[],
  modules: BackendModules = [],
): Promise<Choice> {
  if (wanted === 'auto') return firstUsable(order, modules)
  const found = await availability(wanted, modules)
  if (!found.usable)
    throw new Error(
      `backend: ${wanted} cannot compute here: ${whyNot(found)}. "sparse-sharing devices" lists those that ` +
        'can; auto takes the fastest of them',
    )
  return { name: wanted, found, warnings: [] }
}

/**
 * The backend of a run that starts or resumes: the one on its record, or the one requested now. Where that cannot
 * compute, a run with backend `auto` takes the next. A backend that a person chose is not replaced in silence: throws
 * an Error that names the command to continue with.
 */
export async function backendOfRun(
  run: RunRecord,
  requested: BackendName | undefined,
  order: readonly BackendName[],
  modules: BackendModules = [],
): Promise<Choice> {
  const name = requested ?? (run.environment.backend as BackendName)
  const found = await availability(name, modules)
  if (found.usable) return { name, found, warnings: [] }
  if (requested !== undefined || run.config.backend !== 'auto') throw chosenFails(run, name, whyNot(found))
  const next = await firstUsable(
    order.filter((other) => other !== name),
    modules,
  )
  return {
    ...next,
    warnings: [
      `${name}, which the run started on, cannot compute here any more: ${whyNot(found)}. The run continues on ` +
        `${next.name}.`,
      ...next.warnings,
    ],
  }
}

/** The error of a run whose backend a person chose. */
export function chosenFails(run: RunRecord, name: BackendName, why: string): Error {
  const other = name === 'cpu' ? 'native' : name === 'native' ? 'cpu' : 'native'
  return new Error(
    `${name}, chosen for this run, failed: ${why}. To continue on another backend: sparse-sharing resume ` +
      `${run.id} --backend ${other}`,
  )
}

/** The first of `order` that can compute, software renderers excepted. Throws an Error where none can. */
export async function firstUsable(order: readonly BackendName[], modules: BackendModules): Promise<Choice> {
  const warnings: string[] = []
  for (const name of order) {
    const found = await availability(name, modules)
    if (found.usable && found.software) continue
    if (found.usable) return { name, found, warnings }
    if (name === 'native')
      warnings.push(`training runs without the native kernels and will be slower: ${whyNot(found)}`)
    else warnings.push(`${name} would be faster, but cannot compute at the moment: ${whyNot(found)}`)
  }
  throw new Error(['No backend can compute here.', ...warnings].join(' '))
}
