/** What is wrong with the draft: the program is asked anew after every change. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { copyOf, same, valueAt } from '../../../shared/util/nested.ts'
import type { ConfigCheck, ConfigProblem } from '../../../shared/protocol/requests/config.ts'
import { ask } from '../../bridge/index.ts'
import { useDraft } from './draftStore.ts'

/** Long enough to type a number in, short enough to be told at once. */
const AFTER_MS = 200

export const useCheck = defineStore('check', () => {
  const draft = useDraft()
  const last = shallowRef<ConfigCheck | null>(null)
  const error = shallowRef<string | null>(null)
  /** Whether `last` is about an older draft. */
  const pending = ref(true)
  /** Problems as a file had them, with their lines. */
  const ofFile = shallowRef<ConfigProblem[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
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
      clearTimeout(timer)
      timer = setTimeout(() => void check(), AFTER_MS)
    },
    { deep: true },
  )
  void check()

  const problems = computed(() =>
    (last.value?.problems ?? []).map((problem) => {
      const { path, message } = problem
      if (path.length === 1 && isEmpty(valueAt(draft.given, path))) {
        if (path[0] === 'corpora') return { ...problem, message: 'Choose the corpora to train on.' }
        if (path[0] === 'tasks') return { ...problem, message: 'Choose at least one task.' }
      }
      const inFile = ofFile.value.find((one) => one.message === message && same(one.path, path))
      return inFile === undefined ? problem : { ...problem, where: inFile.where }
    }),
  )
  const at = (path: readonly string[]) => problems.value.filter((problem) => same(problem.path, path))
  /** The whole config, while nothing is wrong with it. */
  const config = computed(() => last.value?.config ?? null)
  return { problems, config, pending, error, ofFile, at }
})

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
}
