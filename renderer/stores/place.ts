/** Where in the studio one is, kept in the address: the way back works, and a place can be opened again. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

const RUN = '#/runs/'

export const placeOfRun = (id: string) => `${RUN}${encodeURIComponent(id)}`
export const placeOfRuns = '#/'

export const usePlace = defineStore('place', () => {
  const hash = ref(location.hash)
  addEventListener('hashchange', () => {
    hash.value = location.hash
  })
  /** The run shown, or null for the list. */
  const run = computed(() => (hash.value.startsWith(RUN) ? decodeURIComponent(hash.value.slice(RUN.length)) : null))
  return { run }
})
