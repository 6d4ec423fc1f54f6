/** The order in which `auto` tries the backends. */
import { BACKENDS, OWN_BACKENDS, type BackendName } from '../../shared/devices/backends.ts'
import { rateAt, type DeviceReport, type ProbeResult } from '../../shared/devices/devices.ts'
import type { Store } from '../store/types.ts'
import { machineKey, softwareKey } from './machine.ts'

/** Stored results for this machine and the installed versions. */
export function probeResults(store: Pick<Store, 'devices'>): ProbeResult[] {
  return store.devices.list(machineKey(), softwareKey())
}

/**
 * The user's choice, then the benchmarked backends with correct results, the fastest at this batch size first, then our
 * own, benchmarked or not. A third-party library is never used untested. The caller checks whether each can still
 * compute.
 */
export function backendOrder(store: Pick<Store, 'devices'>, batchSize: number): BackendName[] {
  const known = probeResults(store)
  const measured = known
    .filter(({ availability, benchmarks }) => availability.usable && benchmarks !== null)
    .toSorted((a, b) => rateAt(b, batchSize)! - rateAt(a, batchSize)!)
  const wrong = known.filter((result) => result.wrong).map(({ backend }) => backend)
  const preferred = store.devices.preferred(machineKey())
  const order = [
    ...(preferred === null ? [] : [preferred]),
    ...measured.map(({ backend }) => backend),
    ...OWN_BACKENDS.filter((name) => !wrong.includes(name)),
  ]
  return [...new Set(order)]
}

/**
 * All backends, those that `auto` tries first and those that cannot be used last. The first that is not known to be
 * unusable is marked as chosen.
 */
export function deviceReport(store: Pick<Store, 'devices'>, batchSize: number): DeviceReport {
  const known = probeResults(store)
  const order = backendOrder(store, batchSize)
  const resultOf = (backend: BackendName) => known.find((result) => result.backend === backend) ?? null
  const isUnusable = (backend: BackendName) => resultOf(backend)?.availability.usable === false
  const chosen = order.find((backend) => !isUnusable(backend))
  const all = [...order, ...BACKENDS.filter((name) => !order.includes(name))]
  const sorted = [...all.filter((name) => !isUnusable(name)), ...all.filter(isUnusable)]
  return {
    entries: sorted.map((backend) => ({ backend, result: resultOf(backend), chosen: backend === chosen })),
    preferred: store.devices.preferred(machineKey()),
  }
}
