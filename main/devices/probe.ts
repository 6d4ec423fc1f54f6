/**
 * Probes a backend: can it compute here, are its results correct, how fast does it train. Run this in a process of its
 * own, because a library may end the process that loads it.
 */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ProbeResult } from '../../shared/devices/devices.ts'
import { probe } from '../backend/availability.ts'
import type { BackendModules } from '../backend/backend.ts'
import { benchmarkTraining } from './benchmarks.ts'
import { selfCheck } from './selfCheck.ts'

/** Without `measure`, benchmarks are left out. Never throws: an error is the reason why the backend is not usable. */
export async function probeBackend(
  backend: BackendName,
  measure: boolean,
  modules: BackendModules = [],
): Promise<ProbeResult> {
  const at = new Date().toISOString()
  const availability = await probe(backend, modules)
  if (!availability.usable) return { backend, availability, wrong: false, benchmarks: null, at }
  const described = `${availability.device}, ${availability.version}`
  const unusable = (reason: string, remedy: string | null, wrong: boolean): ProbeResult => ({
    backend,
    availability: { usable: false, reason, remedy },
    wrong,
    benchmarks: null,
    at,
  })
  try {
    // Plain TensorFlow.js is the reference for the other backends.
    const problem = backend === 'cpu' ? null : await selfCheck(backend, modules)
    if (problem !== null)
      return unusable(
        `${described}: gives wrong results: ${problem}`,
        'update the driver or the library, and report it with "Copy diagnostics"',
        true,
      )
    const benchmarks = measure ? await benchmarkTraining(backend, modules) : null
    return { backend, availability, wrong: false, benchmarks, at }
  } catch (error) {
    return unusable(`${described}: fails when training: ${(error as Error).message}`, null, false)
  }
}
