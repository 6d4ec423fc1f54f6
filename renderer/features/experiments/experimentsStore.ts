/** The experiments of the database, and the one that is open; both follow changes while a view shows them. */
import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import type { ExperimentDetail } from '../../../shared/protocol/requests/experiments.ts'
import type { ExperimentSummary } from '../../../shared/runs/experiments.ts'
import { ask, on } from '../../bridge/index.ts'
import { useIdIn } from '../../ui/routes.ts'

/** While a run trains, the database changes all the time: requests are sent this often at most, in milliseconds. */
const EVERY_MS = 2500

export const useExperiments = defineStore('experiments', () => {
  const route = useRoute()
  const all = shallowRef<ExperimentSummary[]>([])
  const loaded = ref(false)
  const error = ref<string | null>(null)

  async function load(): Promise<void> {
    if (route.name !== 'experiments') return
    try {
      all.value = await ask('experiments.list', {})
      error.value = null
    } catch (reason) {
      error.value = (reason as Error).message
    }
    loaded.value = true
  }
  watch(() => route.name, load, { immediate: true })
  const loadSoon = useThrottleFn(load, EVERY_MS, true)
  on('changed', () => void loadSoon())
  return { all, loaded, error }
})

export const useExperiment = defineStore('experiment', () => {
  const open = useIdIn('experiment')
  const detail = shallowRef<ExperimentDetail | null>(null)
  const error = ref<string | null>(null)
  const busy = ref(false)

  async function load(): Promise<void> {
    const id = open.value
    if (id === null) return
    try {
      const found = await ask('experiments.get', { experiment: id })
      if (open.value !== id) return
      detail.value = found
      error.value = null
    } catch (reason) {
      if (open.value === id) error.value = (reason as Error).message
    }
  }
  watch(
    open,
    () => {
      detail.value = null
      error.value = null
      void load()
    },
    { immediate: true },
  )
  const loadSoon = useThrottleFn(load, EVERY_MS, true)
  on('changed', () => void loadSoon())
  on('active', () => void loadSoon())

  async function act(request: 'experiments.stop' | 'experiments.resume'): Promise<void> {
    busy.value = true
    try {
      await ask(request, { experiment: open.value! })
      await load()
    } catch (reason) {
      error.value = (reason as Error).message
    }
    busy.value = false
  }
  /** Returns whether it was deleted. */
  async function remove(withRuns: boolean): Promise<boolean> {
    busy.value = true
    try {
      await ask('experiments.delete', { experiment: open.value!, withRuns })
      return true
    } catch (reason) {
      error.value = (reason as Error).message
      return false
    } finally {
      busy.value = false
    }
  }
  return {
    detail,
    error,
    busy,
    remove,
    stop: () => act('experiments.stop'),
    resume: () => act('experiments.resume'),
  }
})
