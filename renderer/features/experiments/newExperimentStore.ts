/** What a new experiment is to be, and what it would train. */
import { watchDebounced } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import type {
  BuiltInExperiment,
  ExperimentPlan,
  ExperimentPlanArguments,
  PlanProblem,
} from '../../../shared/protocol/requests/experiments.ts'
import type { Corpus } from '../../../shared/protocol/requests/datasets.ts'
import type { Method } from '../../../shared/settings/methods.ts'
import { ask } from '../../bridge/index.ts'

/** A plan is asked for when typing has paused this long, in milliseconds. */
const PAUSE_MS = 300
/** In place of an imported corpus: files that are named by their paths. */
export const OWN_FILES = 'files'
export const SPLITS = ['train', 'dev', 'test'] as const

export const useNewExperiment = defineStore('newExperiment', () => {
  const builtIn = shallowRef<BuiltInExperiment[]>([])
  const datasets = shallowRef<Corpus[]>([])
  const none: Record<string, string> = {}
  const form = reactive({
    /** Name of a built-in experiment; '' for a file. */
    name: 'exp1',
    file: null as { name: string; text: string } | null,
    folder: '',
    /** Ids of imported corpora, or OWN_FILES, by the corpus of the experiment. */
    corpora: { ...none },
    /** Paths by `corpus/split`, and columns as typed by task, where a corpus has OWN_FILES. */
    paths: { ...none },
    typed: { ...none },
    /** Column of the imported corpus by the task of the experiment, as an index of its tasks; '': as it was. */
    columns: { ...none },
    methods: [] as Method[],
    seeds: '',
    /** As typed, by the name of the setting; empty: as the experiment has it. */
    sizes: { ...none },
  })
  /** What the file of one's own defines; null before one is chosen, or where it cannot be read. */
  const ofFile = shallowRef<BuiltInExperiment | null>(null)
  const chosen = computed(() =>
    form.name === '' ? ofFile.value : (builtIn.value.find(({ name }) => name === form.name) ?? null),
  )
  const plan = shallowRef<ExperimentPlan | null>(null)
  const error = ref<string | null>(null)
  const problems = shallowRef<PlanProblem[]>([])
  const starting = ref(false)

  async function load(): Promise<void> {
    try {
      ;[builtIn.value, datasets.value] = await Promise.all([ask('experiments.builtIn', {}), ask('datasets.list', {})])
      if (form.methods.length === 0) choose(form.name)
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  function choose(name: string): void {
    form.name = name
    form.methods = [...(chosen.value?.methods ?? [])]
    form.seeds = chosen.value?.seeds.join(', ') ?? ''
    form.sizes = {}
    form.corpora = {}
    form.columns = {}
    form.paths = {}
    form.typed = {}
  }

  async function chooseFile(name: string, text: string): Promise<void> {
    form.file = { name, text }
    ofFile.value = null
    try {
      ofFile.value = await ask('experiments.read', { file: name, text })
      choose('')
    } catch (reason) {
      choose('')
      // Settings are left to the file, whose problems the plan reports.
      error.value = (reason as Error).message
    }
  }

  /** Puts an imported corpus in place of one of the experiment; tasks of the same name get its columns. */
  function assign(corpus: string, id: string): void {
    if (id === '') delete form.corpora[corpus]
    else form.corpora[corpus] = id
    const found = datasets.value.find((one) => one.id === id)
    for (const task of tasksOn(corpus)) {
      const index = found?.tasks.findIndex(({ name }) => name.toLowerCase() === task.name.toLowerCase()) ?? -1
      form.columns[task.name] = index < 0 ? '' : String(index)
    }
  }
  /** Tasks of the experiment whose tags are in a column of this corpus. */
  const tasksOn = (corpus: string) =>
    (chosen.value?.tasks ?? []).filter((task) => task.corpus === corpus && task.column !== null)
  const datasetOf = (corpus: string) => datasets.value.find(({ id }) => id === form.corpora[corpus]) ?? null

  const fileOf = ({ files }: Corpus, split: string) => files.find((one) => one.split === split)?.path

  /** The files and columns of imported corpora that stand in for those of the experiment. */
  const imported = computed(() =>
    Object.entries(form.corpora).flatMap(([name, id]) => {
      const corpus = datasets.value.find((one) => one.id === id)
      return corpus === undefined ? [] : [{ name, corpus }]
    }),
  )

  /** Null where a number is none. */
  const request = computed((): ExperimentPlanArguments | null => {
    const source = form.name === '' ? form.file && { file: form.file.name, text: form.file.text } : { name: form.name }
    if (source === null) return null
    const seeds = form.seeds.split(/[\s,;]+/).filter((one) => one !== '')
    const sizes = Object.entries(form.sizes).filter(([, value]) => value.trim() !== '')
    const files = imported.value.map(({ name, corpus }) => {
      const splits = (['train', 'dev', 'test'] as const).flatMap((split) => {
        const path = fileOf(corpus, split)
        return path === undefined ? [] : [[split, path] as const]
      })
      return [name, Object.fromEntries(splits)] as const
    })
    const formats = imported.value.flatMap(({ name, corpus }) => [
      [`corpora.${name}.format`, corpus.format] as const,
      [`corpora.${name}.words`, corpus.words] as const,
      [`corpora.${name}.devFraction`, corpus.devFraction] as const,
    ])
    const columns = imported.value.flatMap(({ name, corpus }) =>
      tasksOn(name).flatMap((task) => {
        const index = form.columns[task.name] ?? ''
        if (index === '') return []
        const { column, kind, scheme } = corpus.tasks[Number(index)]
        return [
          [`tasks.${task.name}.tags`, column] as const,
          [`tasks.${task.name}.kind`, kind] as const,
          [`tasks.${task.name}.scheme`, scheme ?? 'auto'] as const,
        ]
      }),
    )
    const ownCorpora = Object.keys(form.corpora).filter((name) => form.corpora[name] === OWN_FILES)
    const ownFiles = ownCorpora.map((name) => {
      const splits = SPLITS.map((split) => [split, (form.paths[`${name}/${split}`] ?? '').trim()] as const)
      return [name, Object.fromEntries(splits.filter(([, path]) => path !== ''))] as const
    })
    const ownColumns = ownCorpora.flatMap((name) =>
      tasksOn(name).flatMap((task) => {
        const column = (form.typed[task.name] ?? '').trim()
        if (column === '') return []
        // Columns have numbers or names; a negative number is reported as such.
        return [[`tasks.${task.name}.tags`, /^-?\d+$/.test(column) ? Number(column) : column] as const]
      }),
    )
    return {
      source,
      files: Object.fromEntries([...files, ...ownFiles]),
      folder: form.folder.trim() === '' ? null : form.folder.trim(),
      ...(form.methods.length > 0 && { methods: [...form.methods] }),
      ...(seeds.length > 0 && { seeds: seeds.map(Number) }),
      settings: Object.fromEntries([
        ...formats,
        ...columns,
        ...ownColumns,
        ...sizes.map(([name, value]) => [name, Number(value)] as const),
      ]),
    }
  })

  let latest = 0
  async function check(): Promise<void> {
    const mine = ++latest
    plan.value = null
    error.value = null
    problems.value = []
    if (request.value === null) return
    const numbers: unknown[] = [...(request.value.seeds ?? []), ...Object.values(request.value.settings ?? {})]
    if (numbers.some((value) => Number.isNaN(value))) {
      error.value = 'Seeds and sizes are numbers; seeds are separated by commas, e.g. 1, 2, 3.'
      return
    }
    try {
      const found = await ask('experiments.plan', request.value)
      if (mine === latest) plan.value = found
    } catch (reason) {
      const found = await ask('experiments.problems', request.value).catch(() => [])
      if (mine !== latest) return
      const beside = found.filter(hasField)
      problems.value = beside
      const rest = found.filter((problem) => !hasField(problem)).map(({ message }) => message)
      error.value = beside.length === 0 ? (reason as Error).message : rest.length > 0 ? rest.join('\n') : null
    }
  }
  /** Whether the form shows a problem beside a field: a corpus, or a task's column where one can be chosen. */
  function hasField({ path }: PlanProblem): boolean {
    if (path === null || chosen.value === null) return false
    if (path[0] === 'corpora') return chosen.value.corpora.some(({ name }) => name === path[1])
    return path[0] === 'tasks' && chosen.value.tasks.some((one) => one.name === path[1] && isAssigned(one.corpus))
  }
  const isAssigned = (corpus: string) => form.corpora[corpus] !== undefined
  /** The problems of a corpus or a task, one a line; null where there are none. */
  function problemOf(section: 'corpora' | 'tasks', name: string): string | null {
    const found = problems.value.filter(({ path }) => path![0] === section && path![1] === name)
    return found.length === 0 ? null : found.map(({ message }) => message).join('\n')
  }
  watchDebounced(request, check, { debounce: PAUSE_MS })

  /** Returns the id of the experiment; null where it was refused. */
  async function start(): Promise<string | null> {
    starting.value = true
    error.value = null
    try {
      return (await ask('experiments.start', request.value!)).experiment
    } catch (reason) {
      error.value = (reason as Error).message
      return null
    } finally {
      starting.value = false
    }
  }
  return {
    builtIn,
    datasets,
    form,
    chosen,
    plan,
    error,
    problems,
    problemOf,
    isAssigned,
    starting,
    load,
    choose,
    chooseFile,
    assign,
    tasksOn,
    datasetOf,
    start,
  }
})
