/** Corpora of the catalogue in a config, and back: a corpus of a config is one of the catalogue where its training file is. */
import { isGroup, valueAt } from '../../../shared/util/nested.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import type { Corpus, CorpusTask } from '../../../shared/protocol/requests/datasets.ts'

type Given = Record<string, unknown>
type Tasks = Record<string, Record<string, unknown>>

/** Column of the made-up tags: the place of a token in its sentence. */
export const POSITION = 'position'

const fileOf = ({ files }: Corpus, split: string) => files.find((file) => file.split === split)?.path ?? null

export function corpusNames(given: Given): string[] {
  return isGroup(given.corpora) ? Object.keys(given.corpora) : []
}

/** What the config calls the corpus; null where it has it not. */
export function nameOf(given: Given, corpus: Corpus): string | null {
  return (
    corpusNames(given).find((name) => valueAt(given, ['corpora', name, 'train']) === fileOf(corpus, 'train')) ?? null
  )
}

/** Tasks of the config on its corpus of this name. Without a corpus of its own a task is on the only one. */
export function tasksOn(given: Given, corpus: string): { name: string; tags: unknown; synthetic: unknown }[] {
  const only = corpusNames(given).length === 1
  return Object.entries(tasksIn(given))
    .filter(([, task]) => task.corpus === corpus || (only && (task.corpus ?? null) === null))
    .map(([name, { tags = null, synthetic = null }]) => ({ name, tags, synthetic }))
}

/** The config's task that this task of the catalogue is, or the made-up one. */
export function chosenTask(given: Given, corpus: string, column: number | string): string | null {
  return (
    tasksOn(given, corpus).find(({ tags, synthetic }) =>
      column === POSITION ? synthetic === POSITION : synthetic === null && tags === column,
    )?.name ?? null
  )
}

/** With the corpus and all its tasks. */
export function withCorpus(given: Given, corpus: Corpus): Given {
  const name = unused(plain(corpus.name) || 'corpus', corpusNames(given))
  const entry = { ...entryOf(corpus) }
  const next = { ...named(given), corpora: { ...(isGroup(given.corpora) ? given.corpora : {}), [name]: entry } }
  return corpus.tasks.reduce<Given>((all, task) => withTask(all, name, task), next)
}

/** The files and columns of a corpus, as a config has them. */
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
  const gone = new Set(tasksOn(given, corpus).map(({ name }) => name))
  return {
    ...given,
    corpora: without(given.corpora, [corpus]),
    tasks: without(given.tasks, [...gone]),
  }
}

export function withTask(given: Given, corpus: string, { name, column, kind, scheme }: CorpusTask): Given {
  return plusTask(given, corpus, name, { corpus, tags: column, kind, scheme: scheme ?? 'auto' })
}

/** The paper's outlier task: unlike any other, so that hard sharing is seen to hurt by it. */
export function withPosition(given: Given, corpus: string): Given {
  return plusTask(given, corpus, POSITION, { corpus, synthetic: POSITION })
}

export function withoutTask(given: Given, task: string): Given {
  return { ...given, tasks: without(given.tasks, [task]) }
}

/** A task name that two corpora have gets the corpus's in front. */
function plusTask(given: Given, corpus: string, wanted: string, task: Record<string, unknown>): Given {
  const tasks = tasksIn(given)
  const name = Object.hasOwn(tasks, wanted) ? unused(`${plain(corpus)}-${wanted}`, Object.keys(tasks)) : wanted
  return { ...given, tasks: { ...tasks, [name]: task } }
}

/** Before a second corpus comes, tasks that were on the only one are told so. */
function named(given: Given): Given {
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
 * Settings of a run with a dataset version in place of what the tasks were trained on that were corrected in it; other tasks, and the
 * corpora that they need, stay.
 */
export function retrainedOn(given: Given, version: Corpus): Given {
  const before = named(given)
  const name = unused(plain(version.name) || 'corrected', corpusNames(given))
  const moved = (version.origin?.tasks ?? []).flatMap(({ task, name: own }) => {
    const column = version.tasks.find((one) => one.name === own)
    return column === undefined || tasksIn(before)[task] === undefined
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

/** As a name in flags and files: letters, digits, _ and -. */
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

/** Settings of a run that adds tasks to this one; the tasks are still to be named. */
export function extensionOf({ id, name, config, report }: Pick<RunRecord, 'id' | 'name' | 'config' | 'report'>): Given {
  const rounds = Object.fromEntries((report?.tickets ?? []).map(({ task, chosen }) => [task, chosen]))
  return named({
    ...config,
    name: `${name}, extended`,
    methods: ['sparse'],
    tickets: { run: null, rounds: {} },
    extend: { run: id, how: 'private', rounds },
  })
}
