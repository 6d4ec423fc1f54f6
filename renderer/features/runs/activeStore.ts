/** The runs that this program is training or has queued. */
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
  // Also sent after a lost connection: events in between were missed.
  on('changed', load)
  load()
  const of = (id: string) => runs.value.find(({ run }) => run === id) ?? null
  return { runs, of }
})
