/** A new annotation project: its texts, its tasks, and optionally a run that suggests labels. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { MOST_SENTENCES } from '../../../shared/annotation/project.ts'
import type { ProjectSummary } from '../../../shared/protocol/requests/annotateResults.ts'
import type { RunSummary } from '../../../shared/runs/records.ts'
import { grouped } from '../../../shared/util/format.ts'
import { ask } from '../../bridge/index.ts'
import { useCatalogue } from '../datasets/catalogueStore.ts'
import { useNewSources } from './newSources.ts'
import { useNewTasks } from './newTasks.ts'

export const useNewProject = defineStore('newProject', () => {
  const catalogue = useCatalogue()
  const sources = useNewSources()
  const tasks = useNewTasks()
  const runs = shallowRef<RunSummary[]>([])
  const projects = shallowRef<ProjectSummary[]>([])
  /** The run that suggests; empty: none. */
  const run = ref('')
  const name = ref('')
  const error = shallowRef<string | null>(null)
  const busy = ref(false)

  const defaultName = computed(() => sources.defaultName.value.slice(0, 100))
  /** What is missing before it can start, as a sentence; null: nothing. */
  const missing = computed(() => {
    if (sources.sentences.value === 0) return 'Choose the text to label.'
    if (sources.sentences.value > MOST_SENTENCES)
      return `A project has at most ${grouped(MOST_SENTENCES)} sentences; these are ${grouped(sources.sentences.value)}.`
    return sources.isReady.value ? tasks.problem.value : 'Some files cannot be read yet.'
  })

  /** Starts with what the address names. */
  async function begin(from: { run: string | null; corpus: string | null }): Promise<void> {
    sources.clear()
    tasks.clear()
    name.value = ''
    error.value = null
    await Promise.all([
      catalogue.load(),
      loadList(ask('runs.list', { limit: 500 }), (all) => {
        runs.value = all.filter(({ status }) => status === 'finished')
      }),
      loadList(ask('annotate.list', {}), (all) => {
        projects.value = all
      }),
    ])
    sources.kind.value = from.corpus === null ? 'files' : 'corpus'
    sources.chooseCorpus(from.corpus ?? catalogue.corpora[0]?.id ?? '')
    if (from.corpus !== null) take('corpus', from.corpus)
    run.value = from.run ?? ''
    if (from.run !== null) take('run', from.run)
  }

  async function loadList<T>(list: Promise<T>, use: (all: T) => void): Promise<void> {
    try {
      use(await list)
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  function take(origin: 'corpus' | 'run' | 'project', id: string): void {
    tasks.origin.value = origin
    tasks.from.value = id
  }

  /** Labels of a corpus come with its sentences, unless something else was chosen. */
  function chooseSource(kind: 'files' | 'text' | 'corpus'): void {
    sources.kind.value = kind
    if (kind === 'corpus' && tasks.origin.value === 'typed' && tasks.typed.value.every((task) => task.name === ''))
      take('corpus', sources.corpus.value)
  }

  function chooseRun(id: string): void {
    run.value = id
    if (id !== '') take('run', id)
  }

  /** Returns the id of the new project, or null where it was refused: `error` says why. */
  async function create(): Promise<string | null> {
    busy.value = true
    error.value = null
    try {
      const { project } = await ask('annotate.create', {
        name: name.value.trim() || defaultName.value,
        sources: sources.sources(),
        tasks: tasks.tasks(),
        ...(run.value === '' ? {} : { run: run.value }),
      })
      sources.files.value = []
      return project
    } catch (reason) {
      error.value = (reason as Error).message
      return null
    } finally {
      busy.value = false
    }
  }

  return {
    ...sources,
    ...tasks,
    addFiles: sources.add,
    removeFile: sources.remove,
    addTask: tasks.add,
    removeTask: tasks.remove,
    runs,
    projects,
    run,
    name,
    error,
    busy,
    defaultName,
    missing,
    begin,
    take,
    chooseSource,
    chooseRun,
    create,
  }
})
