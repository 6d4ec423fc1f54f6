/** What can compute on this machine, and what is being found out about it. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { BACKENDS, type BackendName } from '../../../shared/devices/backends.ts'
import type { DeviceReport } from '../../../shared/devices/devices.ts'
import { ask } from '../../bridge/index.ts'

export const useDevices = defineStore('devices', () => {
  const report = shallowRef<DeviceReport | null>(null)
  const error = shallowRef<string | null>(null)
  /** The backend that is examined just now. */
  const examining = ref<BackendName | null>(null)
  const measuring = ref(false)

  async function attempt(work: () => Promise<void>): Promise<void> {
    error.value = null
    try {
      await work()
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  /** What is known; what never was looked at is, without measuring. */
  const load = () =>
    attempt(async () => {
      report.value = await ask('devices.list', {})
      await examine(
        report.value.entries.filter(({ result }) => result === null).map(({ backend }) => backend),
        false,
      )
    })

  const measure = () => attempt(() => examine(BACKENDS, true))

  async function examine(backends: readonly BackendName[], withRates: boolean): Promise<void> {
    if (examining.value !== null) return
    measuring.value = withRates
    try {
      for (const backend of backends) {
        examining.value = backend
        report.value = await ask('devices.probe', { backend, measure: withRates })
      }
    } finally {
      examining.value = null
    }
  }

  const prefer = (backend: BackendName | null) =>
    attempt(async () => {
      report.value = await ask('devices.prefer', { backend })
    })

  return { report, error, examining, measuring, load, measure, prefer }
})
