/** The texts of a new project: files, pasted text, or a corpus. Files are inspected before anything is created. */
import { computed, reactive, ref, shallowRef } from 'vue'
import { MOST_SENTENCES } from '../../../shared/annotation/project.ts'
import type { InspectedText, TextFormat } from '../../../shared/annotation/textFormats.ts'
import type { Requests } from '../../../shared/protocol/api.ts'
import type { FileEncoding } from '../../../shared/protocol/requests/datasets.ts'
import { otherEncodings } from '../../bridge/encoding.ts'
import { ask } from '../../bridge/index.ts'
import { uploadContent } from '../../bridge/transfer.ts'
import { withTexts } from '../datasets/brat.ts'
import { useCatalogue } from '../datasets/catalogueStore.ts'

type Source = Requests['annotate.create']['arguments']['sources'][number]

/** A file that was picked, and how it is read. */
export interface TextFile {
  name: string
  bytes: number
  sent: number
  /** Its id in the program; null until it is uploaded. */
  file: string | null
  format: TextFormat | 'auto'
  column: number | null
  field: string | null
  found: InspectedText | null
  error: string | null
  /** The encodings to choose from, for a file that is not UTF-8. */
  encodings: FileEncoding['choices'] | null
}

export type SourceKind = 'files' | 'text' | 'corpus'

export function useNewSources() {
  const catalogue = useCatalogue()
  const kind = ref<SourceKind>('files')
  const files = ref<TextFile[]>([])
  const text = ref('')
  /** What the pasted text would be read as. */
  const pasted = shallowRef<InspectedText | null>(null)
  const corpus = ref('')
  const split = ref<'train' | 'dev' | 'test'>('train')

  const splits = computed(() => catalogue.corpora.find(({ id }) => id === corpus.value)?.files ?? [])
  const sentences = computed(() => {
    if (kind.value === 'files') return files.value.reduce((sum, { found }) => sum + (found?.sentences ?? 0), 0)
    if (kind.value === 'text') return pasted.value?.sentences ?? 0
    return splits.value.find((one) => one.split === split.value)?.sentences ?? 0
  })
  const isReady = computed(
    () =>
      sentences.value > 0 &&
      sentences.value <= MOST_SENTENCES &&
      (kind.value !== 'files' || files.value.every(({ found }) => found !== null && found.problem === null)),
  )
  const defaultName = computed(() => {
    if (kind.value === 'text') return 'pasted text'
    if (kind.value === 'files') return (files.value[0]?.name ?? '').replace(/(\.\w{1,6}){1,2}$/, '')
    const name = catalogue.corpora.find(({ id }) => id === corpus.value)?.name
    return name === undefined ? '' : `${name} ${split.value}`
  })

  /** Of brat's two files the text is taken; its annotations are decisions, to be added to the project later. */
  async function add(picked: readonly File[]): Promise<void> {
    const { whole, texts } = withTexts(picked)
    await Promise.all(whole.map((file) => addOne(texts.get(file) ?? file)))
  }

  async function addOne(source: File): Promise<void> {
    const entry: TextFile = reactive({
      name: source.name,
      bytes: source.size,
      sent: 0,
      file: null,
      format: 'auto',
      column: null,
      field: null,
      found: null,
      error: null,
      encodings: null,
    })
    files.value.push(entry)
    try {
      const held = await uploadContent(source, (bytes) => {
        entry.sent = bytes
        return files.value.includes(entry)
      })
      if (held === null) return
      entry.file = held.file
      await readAs(entry)
    } catch (reason) {
      entry.error = (reason as Error).message
    }
  }

  /** Inspects a file, unless its encoding has to be chosen first. */
  async function readAs(entry: TextFile): Promise<void> {
    entry.encodings = await otherEncodings(entry.file!)
    if (entry.encodings === null) await inspect(entry)
  }

  async function chooseEncoding(entry: TextFile, encoding: string): Promise<void> {
    entry.error = null
    try {
      const { file } = await ask('files.recode', { file: entry.file!, encoding })
      entry.file = file
      await readAs(entry)
    } catch (reason) {
      entry.error = (reason as Error).message
    }
  }

  /** Asks again what a file is: after the format, the column or the field was chosen. */
  async function inspect(entry: TextFile): Promise<void> {
    if (entry.file === null) return
    entry.error = null
    try {
      const [found] = await ask('annotate.inspect', { files: [{ file: entry.file, ...readingOf(entry) }] })
      entry.found = found!
    } catch (reason) {
      entry.found = null
      entry.error = (reason as Error).message
    }
  }

  function remove(entry: TextFile): void {
    files.value = files.value.filter((one) => one !== entry)
    if (entry.file !== null) void ask('files.drop', { file: entry.file }).catch(() => {})
  }

  async function inspectPasted(): Promise<void> {
    const now = text.value
    const found = now.trim() === '' ? [] : await ask('annotate.inspect', { text: now })
    if (text.value === now) pasted.value = found[0] ?? null
  }

  function chooseCorpus(id: string): void {
    corpus.value = id
    const possible = splits.value.filter((one) => one.sentences <= MOST_SENTENCES)
    if (!possible.some((one) => one.split === split.value)) split.value = possible[0]?.split ?? 'train'
  }

  function sources(): Source[] {
    if (kind.value === 'text') return [{ kind: 'text', name: 'pasted text', text: text.value }]
    if (kind.value === 'corpus') return [{ kind: 'corpus', corpus: corpus.value, split: split.value }]
    return files.value.map((entry) => ({ kind: 'file', file: entry.file!, ...readingOf(entry) }))
  }

  function clear(): void {
    for (const entry of [...files.value]) remove(entry)
    text.value = ''
    pasted.value = null
  }

  return {
    kind,
    files,
    text,
    pasted,
    corpus,
    split,
    splits,
    sentences,
    isReady,
    defaultName,
    add,
    inspect,
    chooseEncoding,
    remove,
    inspectPasted,
    chooseCorpus,
    sources,
    clear,
  }
}

const readingOf = ({ format, column, field }: TextFile) => ({
  format,
  ...(column === null ? {} : { column }),
  ...(field === null ? {} : { field }),
})
