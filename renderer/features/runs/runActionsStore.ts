/** Actions on runs: tag, rename, resume, delete. Runs are processed in turn; refusals are collected, the rest is done. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { RunSummary } from '../../../shared/runs/records.ts'
import { ask } from '../../bridge/index.ts'
import { useRuns } from './runsStore.ts'

type Named = Pick<RunSummary, 'id' | 'name'>

export const useRunActions = defineStore('runActions', () => {
  const store = useRuns()
  const busy = ref(false)
  /** One reason per refused run. */
  const refused = shallowRef<string[]>([])

  async function each<T extends Named>(runs: readonly T[], act: (run: T) => Promise<unknown>): Promise<void> {
    const reasons: string[] = []
    busy.value = true
    for (const run of runs) await act(run).catch((reason: Error) => reasons.push(`${run.name}: ${reason.message}`))
    busy.value = false
    refused.value = reasons
  }

  const tag = (runs: readonly Named[], change: { add?: string[]; remove?: string[] }) =>
    each(runs, async ({ id }) => store.amend(id, await ask('runs.tag', { run: id, ...change })))

  return {
    busy,
    refused,
    addTag: (runs: readonly Named[], word: string) => tag(runs, { add: [word] }),
    removeTag: (runs: readonly Named[], word: string) => tag(runs, { remove: [word] }),
    rename: (run: Named, name: string) =>
      each([run], async ({ id }) => {
        await ask('runs.rename', { run: id, name })
        store.amend(id, { name })
      }),
    remove: (runs: readonly Named[]) =>
      each(runs, async ({ id }) => {
        await ask('runs.delete', { run: id })
        store.amend(id, null)
      }),
    async resume(runs: readonly Named[]): Promise<void> {
      await each(runs, ({ id }) => ask('training.resume', { run: id }))
      await store.load()
    },
  }
})

/** Whether a run can be resumed, or started if it was only recorded. */
export function isResumable({ status, interrupted }: Pick<RunSummary, 'status' | 'interrupted'>): boolean {
  return interrupted || status === 'stopped' || status === 'failed' || status === 'created'
}
