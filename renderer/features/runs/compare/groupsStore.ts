/** Groups of runs, of seeds or chosen by a person, compared with one of them. */
import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { RunGroup } from '../../../../shared/runs/experiments.ts'
import { ask, on } from '../../../bridge/index.ts'
import { routes } from '../../../ui/routes.ts'

/** As many as the request takes. */
export const MOST_GROUPS = 8
const EVERY_MS = 2500

export const useGroups = defineStore('groups', () => {
  const route = useRoute()
  const router = useRouter()
  const ids = computed(() =>
    route.name === 'groups'
      ? [...new Set(String(route.params.ids).split(','))].filter((id) => id !== '').slice(0, MOST_GROUPS)
      : [],
  )
  const groups = shallowRef<RunGroup[] | null>(null)
  const error = ref<string | null>(null)
  const wanted = ref<string | null>(null)
  /** The pinned run's group, unless another is asked for. */
  const pinned = ref<string | null>(null)
  const baseline = computed(
    () => [wanted.value, pinned.value].find((id) => id !== null && ids.value.includes(id)) ?? ids.value[0] ?? null,
  )
  let latest = 0

  async function load(): Promise<void> {
    if (ids.value.length === 0) return
    const request = ++latest
    try {
      const { run } = await ask('runs.baseline', {})
      if (run !== null) {
        const [summary] = (await ask('runs.list', { search: run.id, limit: 5 })).filter(({ id }) => id === run.id)
        pinned.value = summary?.group ?? null
      }
      const found = await ask('experiments.groups', { groups: ids.value, baseline: baseline.value })
      if (request !== latest) return
      groups.value = found
      error.value = null
    } catch (reason) {
      if (request === latest) error.value = (reason as Error).message
    }
  }
  watch([ids, wanted], load, { immediate: true })
  const loadSoon = useThrottleFn(load, EVERY_MS, true)
  on('changed', () => void loadSoon())

  const tasks = computed(() => [
    ...new Set((groups.value ?? []).flatMap(({ methods }) => methods.flatMap(({ scores }) => Object.keys(scores)))),
  ])
  function setBaseline(id: string): void {
    wanted.value = id
  }
  const remove = (id: string) =>
    void router.push(ids.value.length === 1 ? routes.runs : routes.groups(ids.value.filter((one) => one !== id)))
  return { ids, groups, error, baseline, tasks, setBaseline, remove }
})
