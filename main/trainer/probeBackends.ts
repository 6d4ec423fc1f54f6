/**
 * Probes backends one after the other, each in a process of its own, so that a library that crashes ends only that
 * process.
 */
import { BACKENDS, OWN_BACKENDS, type BackendName } from '../../shared/devices/backends.ts'
import type { ProbeResult } from '../../shared/devices/devices.ts'
import { probeResults } from '../devices/ranking.ts'
import { machineKey, softwareKey } from '../devices/machine.ts'
import type { Store } from '../store/types.ts'
import type { LaunchTrainer } from './types.ts'

/** Backends that use third-party native libraries. */
const THIRD_PARTY = BACKENDS.filter((name) => !OWN_BACKENDS.includes(name))

/**
 * Covers loading a large library from a slow disk, a driver's first compilation, and plain TensorFlow.js at its
 * slowest.
 */
const TIMEOUT_MS = 90_000

export interface ProbeOptions {
  /** False: only whether each can compute; stored benchmarks are kept. */
  measure: boolean
  backends?: readonly BackendName[]
  /** URLs of additional backends. */
  modules?: readonly string[]
  timeoutMs?: number
}

/**
 * On a machine where nothing was probed yet: probes the third-party backends and, where one can compute, benchmarks it
 * beside ours, so that `auto` chooses the fastest. `probe` stores the results. `onBenchmark` is called before a
 * benchmark that takes seconds.
 */
export async function probeOnFirstStart(
  store: Pick<Store, 'devices'>,
  probe: (backend: BackendName, measure: boolean) => Promise<unknown>,
  onBenchmark: () => void = () => {},
): Promise<void> {
  if (probeResults(store).length > 0) return
  for (const backend of THIRD_PARTY) await probe(backend, false)
  const usable = probeResults(store)
    .filter(({ availability }) => availability.usable && !availability.software)
    .map(({ backend }) => backend)
  if (usable.length === 0) return
  onBenchmark()
  for (const backend of ['native' as const, ...usable]) await probe(backend, true)
}

/** Stores each result; with a null store, nothing is stored. */
export async function probeBackends(
  store: Pick<Store, 'devices'> | null,
  launch: LaunchTrainer,
  { measure, backends = BACKENDS, modules = [], timeoutMs = TIMEOUT_MS }: ProbeOptions,
): Promise<ProbeResult[]> {
  const results: ProbeResult[] = []
  for (const backend of backends) {
    const fresh = await probeInProcess(launch, backend, measure, modules, timeoutMs)
    const known = measure || store === null ? undefined : probeResults(store).find((one) => one.backend === backend)
    const result = fresh.availability.usable
      ? { ...fresh, benchmarks: fresh.benchmarks ?? known?.benchmarks ?? null }
      : fresh
    store?.devices.save(machineKey(), softwareKey(), result)
    results.push(result)
  }
  return results
}

function probeInProcess(
  launch: LaunchTrainer,
  backend: BackendName,
  measure: boolean,
  modules: readonly string[],
  timeoutMs: number,
): Promise<ProbeResult> {
  // Libraries log what they look for and do not find. Where one ends the process, its last line says why.
  const process = launch({ quiet: true })
  const unusable = (reason: string): ProbeResult => ({
    backend,
    availability: { usable: false, reason, remedy: null },
    wrong: false,
    benchmarks: null,
    at: new Date().toISOString(),
  })
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(unusable(`no answer within ${Math.round(timeoutMs / 1000)} s`))
      process.kill()
    }, timeoutMs)
    const finish = (result: ProbeResult) => {
      clearTimeout(timer)
      resolve(result)
      process.send({ type: 'end' })
    }
    process.onMessage((message) => {
      if (message.type === 'probed') finish(message.result)
      if (message.type === 'failed') finish(unusable(message.message))
    })
    process.onExit((code) => {
      const lastLine = process.stderrTail().split('\n').at(-1)!
      const how = code === null ? 'killed by a signal' : `code ${code}`
      finish(unusable(`its library ended the process that loaded it (${how})${lastLine === '' ? '' : `: ${lastLine}`}`))
    })
    process.send({ type: 'probe', backend, measure, modules })
  })
}
