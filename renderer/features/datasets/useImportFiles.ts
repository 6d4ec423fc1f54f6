/** The files of an import: uploaded per split, and converted to columns where they come from an annotation tool. */
import { computed, reactive, ref, watch } from 'vue'
import type { SpanPolicy } from '../../../shared/annotation/annotation.ts'
import type { ImportedAnnotations } from '../../../shared/protocol/requests/annotations.ts'
import type { FileEncoding, FileRef, Split } from '../../../shared/protocol/requests/datasets.ts'
import { otherEncodings } from '../../bridge/encoding.ts'
import { ask } from '../../bridge/index.ts'
import { upload } from '../../bridge/transfer.ts'
import { assignSplits } from './fileNames.ts'
import { withTexts } from './brat.ts'

/** The file of one split. */
export interface Slot {
  name: string
  bytes: number
  sent: number
  /** Its id in the program; null until it is uploaded. */
  file: string | null
  error: string | null
  /** The encodings to choose from, for a file that is not UTF-8. */
  encodings: FileEncoding['choices'] | null
  /** What was converted, for a file of an annotation tool; null for columns. */
  annotations: ImportedAnnotations | null
}

export const SPLITS = ['train', 'dev', 'test'] as const

export function useImportFiles() {
  const slots = reactive<Record<Split, Slot | null>>({ train: null, dev: null, test: null })
  /** The uploaded file, where the slot's file was converted from it. */
  const originals = new WeakMap<Slot, string>()
  /** The uploaded text of brat's annotations. */
  const texts = new WeakMap<Slot, string>()
  /** What to do with spans that do not match word boundaries. */
  const spans = ref<SpanPolicy>('refuse')

  /** Uploads a file for a split, replacing the previous one. */
  async function put(split: Split, source: File | string, text?: File): Promise<void> {
    remove(split)
    const isPath = typeof source === 'string'
    slots[split] = {
      name: isPath ? source : source.name,
      bytes: isPath ? 0 : source.size,
      sent: 0,
      file: null,
      error: null,
      encodings: null,
      annotations: null,
    }
    const slot = slots[split]
    try {
      const onSent = (bytes: number) => {
        slot.sent = bytes
        return slots[split] === slot
      }
      const file: FileRef | null = isPath ? await ask('files.open', { path: source }) : await upload(source, onSent)
      if (file === null || slots[split] !== slot) return
      Object.assign(slot, { name: file.name, bytes: file.bytes, sent: file.bytes })
      if (text !== undefined) {
        const held = await upload(text, () => slots[split] === slot)
        if (held !== null) texts.set(slot, held.file)
      }
      await readAs(slot, file.file)
    } catch (reason) {
      slot.error = (reason as Error).message
    }
  }

  /** Reads an uploaded file, unless its encoding has to be chosen first. */
  async function readAs(slot: Slot, file: string): Promise<void> {
    originals.set(slot, file)
    slot.encodings = await otherEncodings(file)
    if (slot.encodings === null) await convert(slot, file)
  }

  /** Reads a file that is not UTF-8. */
  async function chooseEncoding(split: Split, encoding: string): Promise<void> {
    const slot = slots[split]
    const file = slot && originals.get(slot)
    if (!slot || !file) return
    slot.error = null
    try {
      const recoded = await ask('files.recode', { file, encoding })
      if (slots[split] === slot) await readAs(slot, recoded.file)
    } catch (reason) {
      slot.error = (reason as Error).message
    }
  }

  /** Converts a file of an annotation tool to columns. Where spans do not match, it waits until `spans` is chosen. */
  async function convert(slot: Slot, original: string): Promise<void> {
    originals.set(slot, original)
    const text = texts.get(slot)
    const found = await ask('annotations.import', {
      ...{ file: original, spans: spans.value },
      ...(text === undefined ? {} : { text }),
    })
    if (!SPLITS.some((split) => slots[split] === slot)) return
    slot.annotations = found.from === null ? null : found
    slot.file = found.from === null ? original : (found.file?.file ?? null)
  }

  /** Spans that do not match word boundaries, by split. */
  const spanProblems = computed(() =>
    SPLITS.flatMap((split) => {
      const found = slots[split]?.annotations?.spanProblems
      return found?.total ? [{ split, ...found }] : []
    }),
  )

  watch(spans, async () => {
    for (const split of SPLITS) {
      const slot = slots[split]
      const original = slot && originals.get(slot)
      if (!slot?.annotations || !original) continue
      if (slot.file !== null) void ask('files.drop', { file: slot.file }).catch(() => {})
      slot.file = null
      try {
        await convert(slot, original)
      } catch (reason) {
        slot.error = (reason as Error).message
      }
    }
  })

  function putAll(files: File[]): void {
    const taken = SPLITS.filter((split) => slots[split] !== null)
    const { whole, texts: beside } = withTexts(files)
    for (const [split, file] of Object.entries(assignSplits(whole, taken)))
      void put(split as Split, file, beside.get(file))
  }

  function remove(split: Split): void {
    const slot = slots[split]
    slots[split] = null
    for (const file of new Set([slot?.file, slot && originals.get(slot), slot && texts.get(slot)]))
      if (file) void ask('files.drop', { file }).catch(() => {})
  }

  /** Forgets the files without deleting them: an import has taken them. */
  function clear(): void {
    for (const split of SPLITS) slots[split] = null
    spans.value = 'refuse'
  }

  return { slots, spans, spanProblems, put, putAll, chooseEncoding, remove, clear }
}
