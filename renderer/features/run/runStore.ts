/** The run that is open. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { RunDetail } from '../../../shared/protocol/api.ts'
import { curvesOf, curvesSoFar } from '../../../shared/runs/curves.ts'
import { ask, on } from '../../bridge/index.ts'
import { usePlace } from '../../ui/place.ts'

export const useRun = defineStore('run', () => {
  const place = usePlace()
  const detail = shallowRef<RunDetail | null>(null)
  const error = shallowRef<string | null>(null)
  /** What runs warned of since the page was opened, by run. */
  const warned = shallowRef<Readonly<Record<string, string[]>>>({})
  let loading = false
  let again = false

  /** One question at a time: a run that trains changes faster than a large one is read. */
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
    const id = place.run
    if (id === null) return
    try {
      const found = await ask('runs.get', { run: id })
      if (place.run !== id) return
      detail.value = found
      error.value = null
    } catch (reason) {
      if (place.run === id) error.value = (reason as Error).message
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
    () => place.run,
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
    // What is written in this process makes no 'changed'.
    if (event.type === 'status' && run === detail.value?.run.id) void load()
  })
  return { detail, error, tasks, curves, warnings }
})
