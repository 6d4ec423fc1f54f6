/** The run that is open. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { RunDetail } from '../../../shared/protocol/api.ts'
import { curvesOf, curvesSoFar } from '../../../shared/runs/curves.ts'
import { ask, on } from '../../bridge/index.ts'
import { useIdIn } from '../../ui/routes.ts'

export const useRun = defineStore('run', () => {
  const openRun = useIdIn('run', 'subnets')
  const detail = shallowRef<RunDetail | null>(null)
  const error = shallowRef<string | null>(null)
  /** Warnings since the page was opened, by run. */
  const warned = shallowRef<Readonly<Record<string, string[]>>>({})
  let loading = false
  let again = false

  /** One request at a time: a run in training changes faster than a large one can be read. */
  async function load(): Promise<void> {
    if (loading) {
      again = true
      return
    }
    loading = true
    do {
      again = false
      await loadOnce()
    } while (again)
    loading = false
  }

  async function loadOnce(): Promise<void> {
    const id = openRun.value
    if (id === null) return
    try {
      const found = await ask('runs.get', { run: id })
      if (openRun.value !== id) return
      detail.value = found
      error.value = null
    } catch (reason) {
      if (openRun.value === id) error.value = (reason as Error).message
    }
  }

  const tasks = computed(() => Object.keys(detail.value?.run.config.tasks ?? {}))
  const curves = computed(() => {
    if (detail.value === null) return []
    const { run, trainings } = detail.value
    return run.report === null ? curvesSoFar(trainings, tasks.value) : curvesOf(run.report.tickets)
  })
  const warnings = computed(() => (detail.value === null ? [] : (warned.value[detail.value.run.id] ?? [])))

  watch(
    openRun,
    () => {
      detail.value = null
      error.value = null
      void load()
    },
    { immediate: true },
  )
  on('changed', () => void load())
  on('run', ({ run, event }) => {
    if (event.type === 'warning')
      warned.value = { ...warned.value, [run]: [...new Set([...(warned.value[run] ?? []), event.message])] }
    // Changes written by the program itself cause no 'changed' event.
    if (event.type === 'status' && run === detail.value?.run.id) void load()
  })
  return { detail, error, tasks, curves, warnings }
})
