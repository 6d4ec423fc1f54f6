/** The backends of this machine, and the checks under way. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { BACKENDS, type BackendName } from '../../../shared/devices/backends.ts'
import type { DeviceReport } from '../../../shared/devices/devices.ts'
import { ask } from '../../bridge/index.ts'

export const useDevices = defineStore('devices', () => {
  const report = shallowRef<DeviceReport | null>(null)
  const error = shallowRef<string | null>(null)
  /** The backend that is being checked. */
  const probing = ref<BackendName | null>(null)
  const measuring = ref(false)

  async function attempt(work: () => Promise<void>): Promise<void> {
    error.value = null
    try {
      await work()
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  /** Loads what is known; backends that were never checked are checked, without benchmarks. */
  const load = () =>
    attempt(async () => {
      report.value = await ask('devices.list', {})
      await probe(
        report.value.entries.filter(({ result }) => result === null).map(({ backend }) => backend),
        false,
      )
    })

  const measure = () => attempt(() => probe(BACKENDS, true))

  async function probe(backends: readonly BackendName[], withBenchmarks: boolean): Promise<void> {
    if (probing.value !== null) return
    measuring.value = withBenchmarks
    try {
      for (const backend of backends) {
        probing.value = backend
        report.value = await ask('devices.probe', { backend, measure: withBenchmarks })
      }
    } finally {
      probing.value = null
    }
  }

  const prefer = (backend: BackendName | null) =>
    attempt(async () => {
      report.value = await ask('devices.prefer', { backend })
    })

  return { report, error, probing, measuring, load, measure, prefer }
})
