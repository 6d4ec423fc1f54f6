/** A new correction: its sentences, the run that suggests, the tasks. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { MOST_SENTENCES } from '../../../shared/annotation/project.ts'
import type { RunSummary } from '../../../shared/runs/records.ts'
import type { TaggingChoices } from '../../../shared/protocol/requests/tagging.ts'
import type { InputFormat } from '../../../shared/tags/tagging.ts'
import { ask } from '../../bridge/index.ts'
import { uploadContent } from '../../bridge/transfer.ts'
import { useCatalogue } from '../datasets/catalogueStore.ts'

export const useNewCorrection = defineStore('newCorrection', () => {
  const catalogue = useCatalogue()
  const runs = shallowRef<RunSummary[]>([])
  const loaded = ref(false)
  const run = ref('')
  const choices = shallowRef<TaggingChoices | null>(null)
  /** Tasks that are not corrected. */
  const excluded = ref<string[]>([])
  const kind = ref<'file' | 'corpus'>('file')
  const file = shallowRef<File | null>(null)
  const format = ref<InputFormat>('auto')
  const words = ref(0)
  const corpus = ref('')
  const split = ref<'train' | 'dev' | 'test'>('dev')
  const name = ref('')
  const sent = ref<number | null>(null)
  const error = shallowRef<string | null>(null)
  const busy = ref(false)

  const splits = computed(() => catalogue.corpora.find(({ id }) => id === corpus.value)?.files ?? [])
  const tasks = computed(() => choices.value?.tasks.filter((task) => !excluded.value.includes(task.name)) ?? [])
  /** The name, unless the user enters one. */
  const defaultName = computed(() =>
    (kind.value === 'file'
      ? (file.value?.name.replace(/(\.\w{1,6}){1,2}$/, '') ?? '')
      : corpus.value === ''
        ? ''
        : `${catalogue.corpora.find(({ id }) => id === corpus.value)?.name ?? ''} ${split.value}`
    ).slice(0, 100),
  )
  const ready = computed(
    () => choices.value?.method != null && tasks.value.length > 0 && !busy.value && defaultName.value !== '',
  )

  /** Starts with what the address names. */
  async function begin(from: { run: string | null; corpus: string | null }): Promise<void> {
    file.value = null
    name.value = ''
    error.value = null
    kind.value = from.corpus === null ? 'file' : 'corpus'
    await Promise.all([
      catalogue.load(),
      ask('runs.list', { limit: 500 }).then(
        (all) => {
          runs.value = all.filter(({ status }) => status === 'finished')
        },
        (reason: Error) => {
          error.value = reason.message
        },
      ),
    ])
    loaded.value = true
    chooseCorpus(from.corpus ?? catalogue.corpora[0]?.id ?? '')
    await chooseRun(from.run ?? runs.value[0]?.id ?? '')
  }

  function chooseCorpus(id: string): void {
    corpus.value = id
    const possible = splits.value.filter(({ sentences }) => sentences <= MOST_SENTENCES)
    if (!possible.some((one) => one.split === split.value))
      split.value = (possible.find((one) => one.split === 'dev') ?? possible[0] ?? splits.value[0])?.split ?? 'train'
  }

  async function chooseRun(id: string): Promise<void> {
    run.value = id
    choices.value = null
    excluded.value = []
    if (id === '') return
    try {
      const found = await ask('tag.run', { run: id })
      if (run.value === id) choices.value = found
    } catch (reason) {
      if (run.value === id) error.value = (reason as Error).message
    }
  }

  /** Returns the id of the new correction, or null where it was refused: `error` says why. */
  async function create(): Promise<string | null> {
    busy.value = true
    error.value = null
    try {
      const source =
        kind.value === 'corpus'
          ? { kind: 'corpus' as const, corpus: corpus.value, split: split.value }
          : { kind: 'file' as const, file: await uploaded(file.value!), format: format.value, words: words.value }
      const { project } = await ask('annotate.create', {
        name: name.value.trim() || defaultName.value,
        run: run.value,
        tasks: { run: run.value, tasks: tasks.value.map((task) => task.name) },
        sources: [source],
      })
      return project
    } catch (reason) {
      error.value = (reason as Error).message
      return null
    } finally {
      busy.value = false
      sent.value = null
    }
  }

  async function uploaded(chosen: File): Promise<string> {
    const found = await uploadContent(chosen, (bytes) => {
      sent.value = bytes
      return true
    })
    return found!.file
  }

  return {
    runs,
    loaded,
    run,
    choices,
    excluded,
    kind,
    file,
    format,
    words,
    corpus,
    split,
    splits,
    name,
    sent,
    error,
    busy,
    tasks,
    defaultName,
    ready,
    begin,
    chooseCorpus,
    chooseRun,
    create,
  }
})
