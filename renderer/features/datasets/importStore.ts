/** An import under way: the files, what they hold, what their columns are to be, what a check finds, and the import itself. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { SpanPolicy } from '../../../shared/annotation/annotation.ts'
import type { ImportedAnnotations } from '../../../shared/protocol/requests/annotations.ts'
import type {
  Corpus,
  CorpusCheck,
  CorpusLayout,
  FileRef,
  Inspection,
  Split,
} from '../../../shared/protocol/requests/datasets.ts'
import { ask, on } from '../../bridge/index.ts'
import { assignSplits, corpusNameOf } from './fileNames.ts'
import { upload } from '../../bridge/transfer.ts'
import { choicesOf, layoutOf, nameProblems, type ColumnChoice } from './choices.ts'
import { useCatalogue } from './catalogueStore.ts'

/** A file of one split, on its way or here. */
export interface Slot {
  name: string
  bytes: number
  sent: number
  /** What the program calls it; null until it is there. */
  file: string | null
  error: string | null
  /** Of an annotation tool: what it was, and which spans did not fit; null: columns from the start. */
  brought: ImportedAnnotations | null
}

export const SPLITS = ['train', 'dev', 'test'] as const
/** While one types, checks wait. */
const TYPING_MS = 350

export const useImporting = defineStore('importing', () => {
  const catalogue = useCatalogue()
  const slots = reactive<Record<Split, Slot | null>>({ train: null, dev: null, test: null })
  /** What was handed over, where the slot's file is made of it. */
  const originals = new WeakMap<Slot, string>()
  const format = ref<'auto' | CorpusCheck['format']>('auto')
  const inspection = shallowRef<Inspection | null>(null)
  const columns = ref<ColumnChoice[]>([])
  const check = shallowRef<CorpusCheck | null>(null)
  const name = ref('')
  const faults = ref<'refuse' | 'skip'>('refuse')
  const doing = ref<'inspect' | 'check' | 'import' | null>(null)
  const progress = shallowRef<{ doneBytes: number; totalBytes: number } | null>(null)
  const error = ref<string | null>(null)

  const problems = computed(() => nameProblems(columns.value))
  const faulty = computed(() => check.value?.files.reduce((sum, file) => sum + file.problemCount, 0) ?? 0)
  const ready = computed(
    () =>
      check.value !== null &&
      check.value.usable &&
      doing.value === null &&
      name.value.trim() !== '' &&
      (faulty.value === 0 || faults.value === 'skip'),
  )

  /** Hands a file over for a split, in place of the one that was there. */
  async function put(split: Split, source: File | string): Promise<void> {
    remove(split)
    const isPath = typeof source === 'string'
    slots[split] = {
      name: isPath ? source : source.name,
      bytes: isPath ? 0 : source.size,
      sent: 0,
      file: null,
      error: null,
      brought: null,
    }
    const slot = slots[split]
    try {
      const sent = (bytes: number) => {
        slot.sent = bytes
        return slots[split] === slot
      }
      const handed: FileRef | null = isPath ? await ask('files.open', { path: source }) : await upload(source, sent)
      if (handed === null || slots[split] !== slot) return
      Object.assign(slot, { name: handed.name, bytes: handed.bytes, sent: handed.bytes })
      await bring(slot, handed)
    } catch (reason) {
      slot.error = (reason as Error).message
    }
  }

  /** What spans that do not fit come to, once a person has chosen. */
  const spans = ref<SpanPolicy>('refuse')

  /** Files of annotation tools become columns; where spans do not fit, only once it is chosen what they come to. */
  async function bring(slot: Slot, original: FileRef): Promise<void> {
    originals.set(slot, original.file)
    const brought = await ask('annotations.import', { file: original.file, spans: spans.value })
    if (!SPLITS.some((split) => slots[split] === slot)) return
    slot.brought = brought.from === null ? null : brought
    slot.file = brought.from === null ? original.file : (brought.file?.file ?? null)
  }

  const misfits = computed(() =>
    SPLITS.flatMap((split) =>
      slots[split]?.brought?.spanProblems.total ? [{ split, ...slots[split].brought.spanProblems }] : [],
    ),
  )

  watch(spans, async () => {
    for (const split of SPLITS) {
      const slot = slots[split]
      const original = slot && originals.get(slot)
      if (!slot?.brought || !original) continue
      if (slot.file !== null) void ask('files.drop', { file: slot.file }).catch(() => {})
      slot.file = null
      try {
        await bring(slot, { file: original, name: slot.name, bytes: slot.bytes })
      } catch (reason) {
        slot.error = (reason as Error).message
      }
    }
  })

  function putAll(files: File[]): void {
    const taken = SPLITS.filter((split) => slots[split] !== null)
    for (const [split, file] of Object.entries(assignSplits(files, taken))) void put(split as Split, file)
  }

  function remove(split: Split): void {
    const slot = slots[split]
    slots[split] = null
    for (const file of new Set([slot?.file, slot && originals.get(slot)]))
      if (file) void ask('files.drop', { file }).catch(() => {})
  }

  /** The files and what they are to be read as; null while train is not there or nothing can be read. */
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
  let working = false
  let inspected = ''
  /** One after the other, and what was asked for meanwhile once more at the end. */
  async function refresh(): Promise<void> {
    stale = true
    if (working || doing.value === 'import') return
    working = true
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
    working = false
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
    columns.value = named(choicesOf(found), slots.train.brought)
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

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => [slots.train?.file, slots.dev?.file, slots.test?.file, slots.dev?.error, slots.test?.error, format.value],
    () => void refresh(),
  )
  watch(
    columns,
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => void refresh(), TYPING_MS)
    },
    { deep: true },
  )
  on('import', ({ file, doneBytes, totalBytes }) => {
    if (file === slots.train?.file) progress.value = { doneBytes, totalBytes }
  })

  /** The corpus as the catalogue has it then, or null where it was refused: `error` says why. */
  async function run(): Promise<Corpus | null> {
    if (layout.value === null) return null
    doing.value = 'import'
    error.value = null
    try {
      const corpus = await ask('datasets.import', { ...layout.value, name: name.value.trim(), problems: faults.value })
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

  /** Begins anew. */
  function reset(): void {
    for (const split of SPLITS) remove(split)
    clear()
  }

  function clear(): void {
    for (const split of SPLITS) slots[split] = null
    format.value = 'auto'
    inspection.value = null
    columns.value = []
    check.value = null
    name.value = ''
    faults.value = 'refuse'
    spans.value = 'refuse'
    error.value = null
  }

  return {
    slots,
    spans,
    misfits,
    format,
    inspection,
    columns,
    check,
    name,
    faults,
    doing,
    progress,
    error,
    problems,
    faulty,
    ready,
    put,
    putAll,
    remove,
    run,
    reset,
  }
})

/** Columns that were made of annotations are called as the tasks there are, and read as they are. */
function named(choices: ColumnChoice[], brought: ImportedAnnotations | null): ColumnChoice[] {
  const tasks = brought?.counts?.tasks ?? []
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
