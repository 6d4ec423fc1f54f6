/** In which order `auto` tries backends. */
import { BACKENDS, OWN_BACKENDS, type BackendName } from '../../shared/devices/backends.ts'
import { rateAt, type DeviceReport, type Finding } from '../../shared/devices/devices.ts'
import type { Store } from '../store/types.ts'
import { machineKey, softwareKey } from './machine.ts'

/** What was found on this machine with these versions. */
export function findings(store: Pick<Store, 'devices'>): Finding[] {
  return store.devices.list(machineKey(), softwareKey())
}

/**
 * First what a person chose, then whatever was measured here and computes rightly, the fastest at this batch size first, then our own, measured
 * or not: a foreign library is not trusted untried.
 * Whether each can still compute is for the caller to ask.
 */
export function backendOrder(store: Pick<Store, 'devices'>, batchSize: number): BackendName[] {
  const known = findings(store)
  const measured = known
    .filter(({ found, rates }) => found.usable && rates !== null)
    .toSorted((a, b) => rateAt(b, batchSize)! - rateAt(a, batchSize)!)
  const wrong = known.filter((finding) => finding.wrong).map(({ backend }) => backend)
  const preferred = store.devices.preferred(machineKey())
  const order = [
    ...(preferred === null ? [] : [preferred]),
    ...measured.map(({ backend }) => backend),
    ...OWN_BACKENDS.filter((name) => !wrong.includes(name)),
  ]
  return [...new Set(order)]
}

/** All backends for a list, those that `auto` tries first in front. The first of them that was not found unusable is marked as chosen. */
export function deviceReport(store: Pick<Store, 'devices'>, batchSize: number): DeviceReport {
  const known = findings(store)
  const order = backendOrder(store, batchSize)
  const findingOf = (backend: BackendName) => known.find((finding) => finding.backend === backend) ?? null
  const chosen = order.find((backend) => findingOf(backend)?.found.usable !== false)
  const entries = [...order, ...BACKENDS.filter((name) => !order.includes(name))].map((backend) => ({
    backend,
    finding: findingOf(backend),
    chosen: backend === chosen,
  }))
  return {
    entries: [
      ...entries.filter(({ finding }) => finding?.found.usable !== false),
      ...entries.filter(({ finding }) => finding?.found.usable === false),
    ],
    preferred: store.devices.preferred(machineKey()),
  }
}
