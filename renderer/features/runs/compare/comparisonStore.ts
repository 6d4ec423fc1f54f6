/** The runs that are compared. Those that are not finished are followed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RunDetail } from '../../../../shared/protocol/api.ts'
import { digestOf } from '../../../../shared/runs/digest.ts'
import { ask, on } from '../../../bridge/index.ts'
import type { Compared } from '../../../charts/comparison.ts'
import { places, usePlace } from '../../../ui/place.ts'

/** As many as there are colours. */
export const MOST_COMPARED = 8
/** How often runs under way are asked for at most, in milliseconds. */
const EVERY_MS = 2500

export const useComparison = defineStore('comparison', () => {
  const place = usePlace()
  const ids = computed(() => (place.view === 'compare' ? [...new Set(place.ids)].slice(0, MOST_COMPARED) : []))
  const details = shallowRef<ReadonlyMap<string, RunDetail>>(new Map())
  /** Why a run is not there, by id. */
  const missing = shallowRef<ReadonlyMap<string, string>>(new Map())
  let timer: ReturnType<typeof setTimeout> | null = null

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
      // What is no longer compared is forgotten: its epochs take memory.
      details.value = new Map([...details.value].filter(([id]) => now.includes(id)))
      missing.value = new Map()
      void load(now.filter((id) => !details.value.has(id)))
    },
    { immediate: true },
  )
  on('changed', () => {
    timer ??=
      ids.value.length === 0
        ? null
        : setTimeout(() => {
            timer = null
            void load(ids.value.filter((id) => details.value.get(id)?.run.status !== 'finished'))
          }, EVERY_MS)
  })

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
  /** The place of the run that the others are held against. */
  const baseline = computed(() =>
    Math.max(
      0,
      runs.value.findIndex(({ detail }) => detail.run.id === wantedBaseline.value),
    ),
  )
  function setBaseline(id: string): void {
    wantedBaseline.value = id
  }
  const add = (id: string) => place.go(places.compare([...ids.value, id]))
  const remove = (id: string) =>
    place.go(ids.value.length === 1 ? places.runs : places.compare(ids.value.filter((one) => one !== id)))
  return { ids, runs, digests, tasks, missing, baseline, setBaseline, add, remove }
})
