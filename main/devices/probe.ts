/** All there is to know about a backend here: whether it can compute, whether it computes rightly, how fast it trains. In a process of its own, please: it may end it. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { Finding } from '../../shared/devices/devices.ts'
import { probe } from '../backend/availability.ts'
import type { BackendModules } from '../backend/backend.ts'
import { trainingRates } from './benchmarks.ts'
import { selfCheck } from './selfCheck.ts'

/** `measure` false leaves the rates out. Never throws: what is thrown is the reason why it cannot be used. */
export async function examine(backend: BackendName, measure: boolean, modules: BackendModules = []): Promise<Finding> {
  const at = new Date().toISOString()
  const found = await probe(backend, modules)
  if (!found.usable) return { backend, found, wrong: false, rates: null, at }
  const not = (reason: string, remedy: string | null, wrong: boolean): Finding => ({
    backend,
    found: { usable: false, reason, remedy },
    wrong,
    rates: null,
    at,
  })
  try {
    // Plain TensorFlow.js is what the others are held to.
    const fault = backend === 'cpu' ? null : await selfCheck(backend, modules)
    if (fault !== null)
      return not(
        `${found.device}, ${found.version}: computes wrongly: ${fault}`,
        'update the driver or the library, and tell us with "Copy diagnostics"',
        true,
      )
    return { backend, found, wrong: false, rates: measure ? await trainingRates(backend, modules) : null, at }
  } catch (error) {
    return not(`${found.device}, ${found.version}: fails when it trains: ${(error as Error).message}`, null, false)
  }
}
