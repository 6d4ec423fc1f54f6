/** An import: its files, the roles of their columns, the check, and the import itself. */
import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ImportedAnnotations } from '../../../shared/protocol/requests/annotations.ts'
import type { Corpus, CorpusCheck, CorpusLayout, Inspection } from '../../../shared/protocol/requests/datasets.ts'
import { ask, on } from '../../bridge/index.ts'
import { corpusNameOf } from './fileNames.ts'
import { choicesOf, layoutOf, nameProblems, type ColumnChoice } from './choices.ts'
import { useCatalogue } from './catalogueStore.ts'
import { SPLITS, useImportFiles } from './useImportFiles.ts'

/** A check starts when typing has paused this long. */
const TYPING_MS = 350

export const useImporting = defineStore('importing', () => {
  const catalogue = useCatalogue()
  const { slots, spans, spanProblems, put, putAll, chooseEncoding, remove, clear: clearFiles } = useImportFiles()
  const format = ref<'auto' | CorpusCheck['format']>('auto')
  const inspection = shallowRef<Inspection | null>(null)
  const columns = ref<ColumnChoice[]>([])
  const check = shallowRef<CorpusCheck | null>(null)
  const name = ref('')
  /** What to do with sentences that have problems. */
  const policy = ref<'refuse' | 'skip'>('refuse')
  const doing = ref<'inspect' | 'check' | 'import' | null>(null)
  const progress = shallowRef<{ doneBytes: number; totalBytes: number } | null>(null)
  const error = ref<string | null>(null)

  const problems = computed(() => nameProblems(columns.value))
  const problemCount = computed(() => check.value?.files.reduce((sum, file) => sum + file.problemCount, 0) ?? 0)
  const ready = computed(
    () =>
      check.value !== null &&
      check.value.usable &&
      doing.value === null &&
      name.value.trim() !== '' &&
      (problemCount.value === 0 || policy.value === 'skip'),
  )

  /** The files with the roles of their columns; null until train is uploaded and readable. */
  const layout = computed((): CorpusLayout | null => {
    const { train, dev, test } = slots
    if (
      !train?.file ||
      inspection.value === null ||
      [dev, test].some((slot) => slot !== null && slot.file === null && slot.error === null)
    )
      return null
    return layoutOf(
      { train: train.file, dev: dev?.file ?? null, test: test?.file ?? null },
      inspection.value,
      columns.value,
    )
  })

  let stale = false
  let checking = false
  let inspected = ''
  /** One check at a time; changes in between cause one more check at the end. */
  async function refresh(): Promise<void> {
    stale = true
    if (checking || doing.value === 'import') return
    checking = true
    while (stale) {
      stale = false
      error.value = null
      try {
        await inspectTrain()
        await checkAll()
      } catch (reason) {
        if (!stale) error.value = (reason as Error).message
      }
    }
    doing.value = null
    progress.value = null
    checking = false
  }

  async function inspectTrain(): Promise<void> {
    const file = slots.train?.file ?? null
    const key = `${file} ${format.value}`
    if (key === inspected) return
    inspected = key
    inspection.value = null
    columns.value = []
    check.value = null
    if (file === null) return
    doing.value = 'inspect'
    const found = await ask('datasets.inspect', { file, format: format.value }).catch(
      (reason: unknown) => reason as Error,
    )
    if (slots.train?.file !== file) return
    slots.train.error = found instanceof Error ? found.message : null
    if (found instanceof Error) return
    inspection.value = found
    columns.value = withTaskNames(choicesOf(found), slots.train.annotations)
    if (name.value === '')
      name.value = corpusNameOf(
        found.name,
        catalogue.corpora.map((corpus) => corpus.name),
      )
  }

  async function checkAll(): Promise<void> {
    const wanted = layout.value
    if (wanted === null || wanted.tasks.length === 0 || problems.value.size > 0) {
      if (wanted === null || wanted.tasks.length === 0) check.value = null
      return
    }
    doing.value = 'check'
    check.value = await ask('datasets.check', wanted)
  }

  watch(
    () => [slots.train?.file, slots.dev?.file, slots.test?.file, slots.dev?.error, slots.test?.error, format.value],
    () => void refresh(),
  )
  watch(
    columns,
    useDebounceFn(() => void refresh(), TYPING_MS),
    { deep: true },
  )
  on('import', ({ file, doneBytes, totalBytes }) => {
    if (file === slots.train?.file) progress.value = { doneBytes, totalBytes }
  })

  /** Returns the imported corpus, or null where the import was refused: `error` says why. */
  async function run(): Promise<Corpus | null> {
    if (layout.value === null) return null
    doing.value = 'import'
    error.value = null
    try {
      const corpus = await ask('datasets.import', { ...layout.value, name: name.value.trim(), problems: policy.value })
      clear()
      return corpus
    } catch (reason) {
      error.value = (reason as Error).message
      return null
    } finally {
      doing.value = null
      progress.value = null
    }
  }

  /** Starts over, and deletes the uploaded files. */
  function reset(): void {
    for (const split of SPLITS) remove(split)
    clear()
  }

  function clear(): void {
    clearFiles()
    format.value = 'auto'
    inspection.value = null
    columns.value = []
    check.value = null
    name.value = ''
    policy.value = 'refuse'
    error.value = null
  }

  return {
    slots,
    spans,
    spanProblems,
    format,
    inspection,
    columns,
    check,
    name,
    policy,
    doing,
    progress,
    error,
    problems,
    problemCount,
    ready,
    put,
    putAll,
    chooseEncoding,
    remove,
    run,
    reset,
  }
})

/** Columns converted from annotations have the names and kinds of their tasks. */
function withTaskNames(choices: ColumnChoice[], annotations: ImportedAnnotations | null): ColumnChoice[] {
  const tasks = annotations?.counts?.tasks ?? []
  return choices.map((choice) => {
    const task = typeof choice.info.column === 'number' ? tasks[choice.info.column - 1] : undefined
    return task === undefined
      ? choice
      : {
          ...choice,
          role: 'task',
          name: task.name.replace(/[^\w-]/g, '_'),
          reading: task.kind === 'token' ? 'token' : 'IOB2',
        }
  })
}
