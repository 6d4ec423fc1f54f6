/** The runs that this program trains just now. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ActiveRun } from '../../../shared/protocol/requests/training.ts'
import { ask, on } from '../../bridge/index.ts'

export const useActive = defineStore('active', () => {
  const runs = shallowRef<ActiveRun[]>([])
  on('active', (now) => {
    runs.value = now
  })
  const load = () =>
    void ask('training.active', {}).then(
      (now) => {
        runs.value = now
      },
      () => {},
    )
  // Also told after a lost connection, and what was told meanwhile was missed.
  on('changed', load)
  load()
  const of = (id: string) => runs.value.find(({ run }) => run === id) ?? null
  return { runs, of }
})
