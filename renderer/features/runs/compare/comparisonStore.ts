/** The runs that are compared. Unfinished ones are kept up to date. */
import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { RunDetail } from '../../../../shared/protocol/api.ts'
import { digestOf } from '../../../../shared/runs/digest.ts'
import { ask, on } from '../../../bridge/index.ts'
import type { Compared } from '../../../charts/comparison.ts'
import { routes } from '../../../ui/routes.ts'

/** The number of task colours. */
export const MOST_COMPARED = 8
/** Unfinished runs are requested this often at most, in milliseconds. */
const EVERY_MS = 2500

export const useComparison = defineStore('comparison', () => {
  const route = useRoute()
  const router = useRouter()
  const ids = computed(() =>
    route.name === 'compare'
      ? [...new Set(String(route.params.ids).split(','))].filter((id) => id !== '').slice(0, MOST_COMPARED)
      : [],
  )
  const details = shallowRef<ReadonlyMap<string, RunDetail>>(new Map())
  /** Why a run could not be loaded, by id. */
  const missing = shallowRef<ReadonlyMap<string, string>>(new Map())

  async function load(wanted: readonly string[]): Promise<void> {
    await Promise.all(
      wanted.map(async (id) => {
        try {
          const detail = await ask('runs.get', { run: id })
          details.value = new Map([...details.value, [id, detail]])
          missing.value = new Map([...missing.value].filter(([other]) => other !== id))
        } catch (reason) {
          missing.value = new Map([...missing.value, [id, (reason as Error).message]])
        }
      }),
    )
  }

  watch(
    ids,
    (now) => {
      // Runs that are no longer compared are dropped: their epochs take memory.
      details.value = new Map([...details.value].filter(([id]) => now.includes(id)))
      missing.value = new Map()
      void load(now.filter((id) => !details.value.has(id)))
    },
    { immediate: true },
  )
  const loadUnfinished = useThrottleFn(
    () => load(ids.value.filter((id) => details.value.get(id)?.run.status !== 'finished')),
    EVERY_MS,
    true,
  )
  on('changed', () => void loadUnfinished())

  const runs = computed((): Compared[] => {
    const there = ids.value.flatMap((id) => details.value.get(id) ?? [])
    const twice = (name: string) => there.filter(({ run }) => run.name === name).length > 1
    return there.map((detail) => ({
      detail,
      label: twice(detail.run.name) ? `${detail.run.name} ${detail.run.id}` : detail.run.name,
    }))
  })
  const digests = computed(() =>
    runs.value.map(({ detail: { run, trainings } }) =>
      digestOf(run.config, run.report, trainings, ({ epochs }) => epochs),
    ),
  )
  /** All their tasks. */
  const tasks = computed(() => [...new Set(runs.value.flatMap(({ detail }) => Object.keys(detail.run.config.tasks)))])

  const wantedBaseline = ref<string | null>(null)
  /** The index of the run that the others are compared with: the one asked for, else the pinned one, else the first. */
  const baseline = computed(() => {
    const asked = runs.value.findIndex(({ detail }) => detail.run.id === wantedBaseline.value)
    return asked >= 0
      ? asked
      : Math.max(
          0,
          runs.value.findIndex(({ detail }) => detail.run.pinned),
        )
  })
  function setBaseline(id: string): void {
    wantedBaseline.value = id
  }
  const add = (id: string) => void router.push(routes.compare([...ids.value, id]))
  const remove = (id: string) =>
    void router.push(ids.value.length === 1 ? routes.runs : routes.compare(ids.value.filter((one) => one !== id)))
  return { ids, runs, digests, tasks, missing, baseline, setBaseline, add, remove }
})
