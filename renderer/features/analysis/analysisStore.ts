/** What a run gets wrong: the task, split and method that are shown, and their figures. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { EvaluatedSplitName } from '../../../shared/analysis/evaluated.ts'
import type { MethodDetails, TaskAnalysis } from '../../../shared/analysis/taskAnalysis.ts'
import type { EvaluatedRun } from '../../../shared/protocol/requests/analysis.ts'
import type { Method } from '../../../shared/settings/methods.ts'
import { ask, on } from '../../bridge/index.ts'
import { firstOf, useIdIn } from '../../ui/routes.ts'

export const useAnalysis = defineStore('analysis', () => {
  const route = useRoute()
  const router = useRouter()
  const id = useIdIn('errors')
  const run = shallowRef<EvaluatedRun | null>(null)
  const analysis = shallowRef<TaskAnalysis | null>(null)
  /** Of the task and split in `analysis`; null until they are counted, after it. */
  const details = shallowRef<MethodDetails[] | null>(null)
  const error = shallowRef<string | null>(null)

  const tasks = computed(() => [...new Set(run.value?.evaluations.map(({ task }) => task))])
  const task = computed(() => {
    const wanted = firstOf(route.query.task)
    return wanted !== null && tasks.value.includes(wanted) ? wanted : (tasks.value[0] ?? null)
  })
  const splits = computed(() => run.value?.evaluations.filter((one) => one.task === task.value) ?? [])
  const split = computed<EvaluatedSplitName | null>(() => {
    const wanted = firstOf(route.query.split)
    // Test is what a paper reports; dev is what choices may be made on.
    return (splits.value.find((one) => one.split === wanted) ?? splits.value.at(-1))?.split ?? null
  })
  const methods = computed(() => splits.value.find((one) => one.split === split.value)?.methods ?? [])
  const method = computed<Method | null>(() => {
    const wanted = firstOf(route.query.method)
    const known = methods.value
    return known.find((one) => one === wanted) ?? known.at(-1) ?? null
  })
  const ownDetails = computed(() => details.value?.find((one) => one.method === method.value) ?? null)
  const own = computed(() => analysis.value?.methods.find((one) => one.method === method.value) ?? null)

  function show(change: { task?: string; split?: string; method?: string }): void {
    void router.replace({ query: { ...route.query, ...change } })
  }

  async function load(): Promise<void> {
    const wanted = id.value
    if (wanted === null) return
    try {
      const found = await ask('analysis.run', { run: wanted })
      if (id.value !== wanted) return
      run.value = found
      error.value = null
    } catch (reason) {
      if (id.value === wanted) error.value = (reason as Error).message
    }
  }

  const shown = () =>
    id.value === null || task.value === null || split.value === null
      ? null
      : { run: id.value, task: task.value, split: split.value }

  async function loadTask(): Promise<void> {
    const wanted = shown()
    if (wanted === null) return
    const isCurrent = () => JSON.stringify(shown()) === JSON.stringify(wanted)
    try {
      const found = await ask('analysis.task', wanted)
      if (!isCurrent()) return
      details.value = null
      analysis.value = found
      const counted = await ask('analysis.details', wanted)
      if (isCurrent()) details.value = counted
    } catch (reason) {
      if (isCurrent()) error.value = (reason as Error).message
    }
  }

  /** Takes effect for everything that is tagged from now on. */
  async function calibrate(use: boolean): Promise<void> {
    const known = run.value
    if (known === null) return
    try {
      await ask('analysis.calibrate', { run: known.id, use })
      if (run.value?.id === known.id) run.value = { ...run.value, calibrated: use }
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  watch(
    id,
    () => {
      run.value = null
      analysis.value = null
      details.value = null
      error.value = null
      void load()
    },
    { immediate: true },
  )
  watch(
    () => JSON.stringify(shown()),
    () => void loadTask(),
    { immediate: true },
  )
  on('changed', () => void load())
  return {
    id,
    run,
    analysis,
    own,
    details,
    ownDetails,
    error,
    tasks,
    task,
    splits,
    split,
    methods,
    method,
    show,
    calibrate,
  }
})
