/** The problems of the draft: the program checks it after every change. */
import { watchDebounced } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { copyOf, isGroup, same, valueAt } from '../../../shared/util/nested.ts'
import type { ConfigCheck, ConfigProblem } from '../../../shared/protocol/requests/config.ts'
import { ask } from '../../bridge/index.ts'
import { useDraft } from './draftStore.ts'

/** Long enough to type a number, short enough to seem immediate. */
const AFTER_MS = 200

/** isMissing: not an error but something that is still to be chosen. */
export interface DraftProblem extends ConfigProblem {
  isMissing?: boolean
}

export const useCheck = defineStore('check', () => {
  const draft = useDraft()
  const last = shallowRef<ConfigCheck | null>(null)
  const error = shallowRef<string | null>(null)
  /** Whether `last` belongs to an older draft. */
  const pending = ref(true)
  /** The problems of a loaded file, with line numbers. */
  const ofFile = shallowRef<ConfigProblem[]>([])
  let latest = 0

  async function check(): Promise<void> {
    const request = ++latest
    try {
      const found = await ask('config.check', { config: copyOf(draft.given) })
      if (request !== latest) return
      last.value = found
      error.value = null
      pending.value = false
    } catch (reason) {
      if (request === latest) error.value = (reason as Error).message
    }
  }

  watch(
    () => draft.given,
    () => {
      pending.value = true
    },
    { deep: true },
  )
  watchDebounced(() => draft.given, check, { deep: true, debounce: AFTER_MS })
  void check()

  const problems = computed(() =>
    (last.value?.problems ?? []).map((problem): DraftProblem => {
      const { path, message } = problem
      if (path.length === 1 && isEmpty(valueAt(draft.given, path))) {
        if (path[0] === 'corpora') return { ...problem, message: 'Choose the corpora to train on.', isMissing: true }
        if (path[0] === 'tasks') return { ...problem, message: 'Choose at least one task.', isMissing: true }
      }
      if (path[0] === 'tasks' && addsNoTask(draft.given))
        return { ...problem, path: ['corpora'], message: 'Choose the corpus and the tasks to add.', isMissing: true }
      const inFile = ofFile.value.find((one) => one.message === message && same(one.path, path))
      return inFile === undefined ? problem : { ...problem, where: inFile.where }
    }),
  )
  const at = (path: readonly string[]) => problems.value.filter((problem) => same(problem.path, path))
  /** The complete config, while there are no problems. */
  const config = computed(() => last.value?.config ?? null)
  return { problems, config, pending, error, ofFile, at }
})

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
}

/** Whether the draft extends a run but has only the tasks of that run. */
function addsNoTask(given: Record<string, unknown>): boolean {
  const earlier = valueAt(given, ['extend', 'rounds'])
  if (!isGroup(earlier) || !isGroup(given.tasks)) return false
  return Object.keys(given.tasks).every((task) => Object.hasOwn(earlier, task))
}
