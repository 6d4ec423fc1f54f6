/** The sets of word vectors on this machine. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { VectorSets } from '../../../shared/protocol/requests/vectors.ts'
import { preferredSet } from '../../../shared/settings/vectorSets.ts'
import { ask, on } from '../../bridge/index.ts'
import { upload } from '../../bridge/transfer.ts'

export const useVectors = defineStore('vectors', () => {
  const sets = shallowRef<VectorSets>({ installed: [], available: [] })
  const error = shallowRef<string | null>(null)
  /** What is being done now, as a sentence. */
  const busy = ref<string | null>(null)
  /** Ends what is being done. */
  let stop: AbortController | null = null

  const usable = computed(() => sets.value.installed.filter(({ problem }) => problem === null))
  const preferred = computed(() => preferredSet(usable.value.map(({ name }) => name)))

  async function load(): Promise<void> {
    try {
      sets.value = await ask('vectors.list', {})
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  async function once(what: string, work: (signal: AbortSignal) => Promise<VectorSets | null>): Promise<boolean> {
    if (busy.value !== null) return false
    const controller = (stop = new AbortController())
    busy.value = what
    error.value = null
    try {
      sets.value = (await work(controller.signal)) ?? sets.value
      return true
    } catch (reason) {
      if (!controller.signal.aborted) error.value = (reason as Error).message
      return false
    } finally {
      busy.value = null
      stop = null
    }
  }

  const install = (name: string) =>
    once(`Downloading and checking ${name}: this takes a minute or two.`, (signal) =>
      ask('vectors.install', { name }, { signal }),
    )

  const add = (file: File, name: string) =>
    once(`Reading ${file.name}.`, async (signal) => {
      const held = await upload(file, () => !signal.aborted)
      return held === null ? null : ask('vectors.add', { file: held.file, name }, { signal })
    })

  const remove = (name: string) => once(`Removing ${name}.`, () => ask('vectors.remove', { name }))
  const cancel = () => stop?.abort()

  const ready = load()
  on('changed', () => void (busy.value === null && load()))
  return { sets, usable, preferred, error, busy, ready, load, install, add, remove, cancel }
})
