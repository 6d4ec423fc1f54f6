/** Imported corpora in a config, and back: a corpus of a config is an imported one if it has its training file. No DOM. */
import { isGroup, valueAt } from '../../../shared/util/nested.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import type { Corpus, CorpusTask } from '../../../shared/protocol/requests/datasets.ts'

type Given = Record<string, unknown>
type Tasks = Record<string, Record<string, unknown>>

/** Column of the artificial tags: the position of a token in its sentence. */
export const POSITION = 'position'

const fileOf = ({ files }: Corpus, split: string) => files.find((file) => file.split === split)?.path ?? null

export function corpusNames(given: Given): string[] {
  return isGroup(given.corpora) ? Object.keys(given.corpora) : []
}

/** The name of the corpus in the config; null where it is not in it. */
export function nameOf(given: Given, corpus: Corpus): string | null {
  return (
    corpusNames(given).find((name) => valueAt(given, ['corpora', name, 'train']) === fileOf(corpus, 'train')) ?? null
  )
}

/** Tasks of the config on the corpus of this name. A task that names no corpus is on the only one. */
export function tasksOn(given: Given, corpus: string): { name: string; tags: unknown; synthetic: unknown }[] {
  const only = corpusNames(given).length === 1
  return Object.entries(tasksIn(given))
    .filter(([, task]) => task.corpus === corpus || (only && (task.corpus ?? null) === null))
    .map(([name, { tags = null, synthetic = null }]) => ({ name, tags, synthetic }))
}

/** The task of the config with these tags, or the artificial one. */
export function chosenTask(given: Given, corpus: string, column: number | string): string | null {
  return (
    tasksOn(given, corpus).find(({ tags, synthetic }) =>
      column === POSITION ? synthetic === POSITION : synthetic === null && tags === column,
    )?.name ?? null
  )
}

/** Adds the corpus with all its tasks. */
export function withCorpus(given: Given, corpus: Corpus): Given {
  const name = unused(plain(corpus.name) || 'corpus', corpusNames(given))
  const entry = { ...entryOf(corpus) }
  const next = {
    ...withCorpusNames(given),
    corpora: { ...(isGroup(given.corpora) ? given.corpora : {}), [name]: entry },
  }
  return corpus.tasks.reduce<Given>((all, task) => withTask(all, name, task), next)
}

/** The entry of a corpus in a config: files and columns. */
export function entryOf(corpus: Corpus): Record<string, unknown> {
  const { format, words, devFraction } = corpus
  return {
    train: fileOf(corpus, 'train'),
    dev: fileOf(corpus, 'dev'),
    test: fileOf(corpus, 'test'),
    format,
    words,
    devFraction,
  }
}

export function withoutCorpus(given: Given, corpus: string): Given {
  const removed = new Set(tasksOn(given, corpus).map(({ name }) => name))
  return {
    ...given,
    corpora: without(given.corpora, [corpus]),
    tasks: without(given.tasks, [...removed]),
  }
}

export function withTask(given: Given, corpus: string, { name, column, kind, scheme }: CorpusTask): Given {
  return addTask(given, corpus, name, { corpus, tags: column, kind, scheme: scheme ?? 'auto' })
}

/** Adds the paper's outlier task: unrelated to others, so that hard sharing suffers from it. */
export function withPosition(given: Given, corpus: string): Given {
  return addTask(given, corpus, POSITION, { corpus, synthetic: POSITION })
}

export function withoutTask(given: Given, task: string): Given {
  return { ...given, tasks: without(given.tasks, [task]) }
}

/** Adds a task. A name that is taken is prefixed by the name of the corpus. */
function addTask(given: Given, corpus: string, wanted: string, task: Record<string, unknown>): Given {
  const tasks = tasksIn(given)
  const name = Object.hasOwn(tasks, wanted) ? unused(`${plain(corpus)}-${wanted}`, Object.keys(tasks)) : wanted
  return { ...given, tasks: { ...tasks, [name]: task } }
}

/** Before a second corpus is added, tasks that name no corpus get the name of the only one. */
function withCorpusNames(given: Given): Given {
  const [only] = corpusNames(given)
  if (only === undefined) return given
  return {
    ...given,
    tasks: Object.fromEntries(
      Object.entries(tasksIn(given)).map(([name, task]) => [
        name,
        (task.corpus ?? null) === null ? { ...task, corpus: only } : task,
      ]),
    ),
  }
}

function tasksIn(given: Given): Tasks {
  return isGroup(given.tasks)
    ? (Object.fromEntries(Object.entries(given.tasks).filter(([, task]) => isGroup(task))) as Tasks)
    : {}
}

function without(group: unknown, names: readonly string[]): Given {
  return isGroup(group) ? Object.fromEntries(Object.entries(group).filter(([name]) => !names.includes(name))) : {}
}

/**
 * The settings of a run, with corrected tasks moved to a dataset version; other tasks and the corpora that they need
 * stay.
 */
export function retrainedOn(given: Given, version: Corpus): Given {
  const before = withCorpusNames(given)
  const name = unused(plain(version.name) || 'corrected', corpusNames(given))
  const moved = (version.origin?.tasks ?? []).flatMap(({ task, name: own }) => {
    const column = version.tasks.find((one) => one.name === own)
    return column === undefined || !Object.hasOwn(tasksIn(before), task)
      ? []
      : [
          [
            task,
            {
              ...tasksIn(before)[task],
              corpus: name,
              tags: column.column,
              kind: column.kind,
              scheme: column.scheme ?? 'auto',
            },
          ] as const,
        ]
  })
  const tasks: Tasks = { ...tasksIn(before), ...Object.fromEntries(moved) }
  const needed = new Set(Object.values(tasks).map(({ corpus }) => corpus))
  const kept = without(
    before.corpora,
    corpusNames(before).filter((one) => !needed.has(one)),
  )
  return {
    ...before,
    name: `${String(given.name ?? 'run')}, ${version.name}`,
    corpora: { ...kept, [name]: entryOf(version) },
    tasks,
  }
}

/** A name for flags and files: letters, digits, _ and -. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[^\w-]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

function unused(wanted: string, taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`
    if (!taken.includes(name)) return name
  }
}

/** Settings of a run that adds tasks to this one; the new tasks are not in it yet. */
export function extensionOf({ id, name, config, report }: Pick<RunRecord, 'id' | 'name' | 'config' | 'report'>): Given {
  const rounds = Object.fromEntries((report?.tickets ?? []).map(({ task, chosen }) => [task, chosen]))
  return withCorpusNames({
    ...config,
    name: `${name}, extended`,
    methods: ['sparse'],
    tickets: { run: null, rounds: {} },
    extend: { run: id, how: 'private', rounds },
  })
}
