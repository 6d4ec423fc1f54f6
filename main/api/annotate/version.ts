/** Creates a corpus from accepted and fixed sentences: added to the training data of another corpus, or separate. */
import { createHash } from 'node:crypto'
import { appendFile, rm, writeFile } from 'node:fs/promises'
import type { z } from 'zod'
import type { AnnotationTask } from '../../../shared/annotation/project.ts'
import type { annotateRequests } from '../../../shared/protocol/requests/annotate.ts'
import type {
  Corpus,
  CorpusFile,
  CorpusOrigin,
  CorpusTask,
  FileRef,
  Split,
} from '../../../shared/protocol/requests/datasets.ts'
import { conllLayout } from '../../data/conllLayout.ts'
import { lineBlocks } from '../../data/lines.ts'
import { splitByProblems } from '../../data/repair.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import { importCorpus, type ImportRequest, type Source } from '../datasets/importCorpus.ts'
import type { ApiContext } from '../types.ts'
import { countsOf, knownIn } from './base.ts'
import { columnsFor, type TaskColumn } from './columns.ts'
import { AnnotateError } from './errors.ts'
import { countStates, problemOf, runOf } from './plan.ts'
import { conlluRows, conllWriter, type Layout, type RowWriter } from './rows.ts'
import { splitDecided } from './split.ts'

type Context = Pick<ApiContext, 'store' | 'uploads' | 'notify'>
type Request = z.output<(typeof annotateRequests)['annotate.version']>

/** Throws AnnotateError 'noVersion' and what importCorpus throws; then nothing is left behind. */
export async function makeVersion(context: Context, request: Request): Promise<Corpus> {
  const { store, uploads } = context
  const { name, model, tasks, versionCount } = store.annotation.get(request.project)
  const decided = store.annotation.decided(request.project)
  const base = request.base === null ? null : store.getCorpus(request.base)
  const columns =
    base === null ? ownColumns(tasks) : columnsFor(tasks, base, (model && runOf(store, model.run)?.config) ?? null)
  const problem = problemOf(decided, base, columns)
  if (problem !== null) throw new AnnotateError('noVersion', problem)

  const made: FileRef[] = []
  const make: MakeFile = async (file, write) => {
    made.push(await uploads.make(file, write))
    return uploads.get(made.at(-1)!.file, 'read')
  }
  try {
    const { files, replaced } =
      base === null
        ? await ownFiles(decided, columns, request, make)
        : await extendedFiles(decided, columns, base, make)
    const origin: CorpusOrigin = {
      project: request.project,
      name,
      version: versionCount + 1,
      base: base && { id: base.id, name: base.name },
      ...countStates(decided),
      replaced,
      suggestedBy: suggestedBy(store, decided),
      tasks: columns.map(({ task, column }) => ({ task: task.name, name: column.name })),
    }
    return await importCorpus(context, {
      name: request.name,
      files,
      format: base?.format ?? 'conll',
      words: base?.words ?? 0,
      devFraction: base?.devFraction,
      tasks: columns.map(({ column }) => taskRequest(column)),
      problems: 'refuse',
      origin,
    })
  } finally {
    for (const { file } of made) uploads.drop(file)
  }
}

type MakeFile = (name: string, write: (path: string) => Promise<void>) => Promise<FileRef & { path: string }>
type Files = { files: Source[]; replaced: number }

/** Words in the first column, then one column per task. */
export function ownColumns(tasks: readonly AnnotationTask[]): TaskColumn[] {
  return tasks.map((task, i) => ({
    task,
    column: {
      name: task.name,
      column: i + 1,
      kind: task.kind,
      scheme: task.kind === 'span' ? 'IOB2' : null,
      labels: 0,
    },
  }))
}

/** The version that has all decided sentences of a project, as they are now, in its training file and nothing else. */
export function versionOfAll(store: Store, project: string): Corpus | null {
  const write = ownWriter(ownColumns(store.annotation.tasks(project)))
  const text = store.annotation.decided(project).map(write).join('')
  const hash = createHash('sha256').update(text).digest('hex')
  const isOfAll = ({ origin, files }: Corpus) =>
    origin?.project === project && origin.base === null && files.length === 1 && files[0].hash === hash
  return store.listCorpora().find(isOfAll) ?? null
}

const ownWriter = (columns: readonly TaskColumn[]): RowWriter =>
  conllWriter({ columns: columns.length + 1, separator: 'tab', words: 0 }, columns)

/** Kind and scheme are given, because a few sentences may not be enough to detect them. */
function taskRequest({ name, column, kind, scheme }: CorpusTask): ImportRequest['tasks'][number] {
  return { name, column, kind, scheme: scheme ?? 'auto' }
}

function suggestedBy(store: Store, decided: readonly DecidedSentence[]): CorpusOrigin['suggestedBy'] {
  const groups = Map.groupBy(
    decided.flatMap(({ model }) => model ?? []),
    ({ run, method }) => JSON.stringify([run, method]),
  )
  return [...groups.values()].map((group) => ({
    ...group[0],
    name: runOf(store, group[0].run)?.name ?? null,
    sentences: group.length,
  }))
}

async function ownFiles(
  decided: DecidedSentence[],
  columns: readonly TaskColumn[],
  fractions: Pick<Request, 'dev' | 'test'>,
  make: MakeFile,
): Promise<Files> {
  const write = ownWriter(columns)
  const parts = Object.entries(splitDecided(decided, fractions)).filter(([, part]) => part.length > 0)
  const files = await Promise.all(
    parts.map(async ([split, part]): Promise<Source> => {
      const file = await make(`corrected-${split}.conll`, (path) => writeFile(path, part.map(write).join('')))
      return { ...file, split: split as Split }
    }),
  )
  return { files, replaced: 0 }
}

/**
 * The training data without the corrected sentences, then the corrected sentences. Dev and test stay the same, byte for
 * byte.
 */
async function extendedFiles(
  decided: DecidedSentence[],
  columns: readonly TaskColumn[],
  base: Corpus,
  make: MakeFile,
): Promise<Files> {
  const train = base.files.find(({ split }) => split === 'train')!
  const write = base.format === 'conllu' ? conlluRows(columns) : conllWriter(await layoutOf(train, base), columns)
  const known = (await knownIn(base, 'train', countsOf(decided), 'asCorrected'))!
  const extended = await make(train.name.replace(/\.gz$/i, ''), (path) =>
    extend(train.path, path, { problemLines: known.lines, separates: known.separates }, decided, write),
  )
  const others = base.files
    .filter(({ split }) => split !== 'train')
    .map(({ split, name, path, bytes }): Source => ({ file: `base-${split}`, split, name, path, bytes }))
  return { files: [{ ...extended, split: 'train' }, ...others], replaced: known.lines.length }
}

async function layoutOf({ path }: CorpusFile, { words }: Corpus): Promise<Layout> {
  for await (const lines of lineBlocks(path, { hash: '', bytes: 0 })) {
    const layout = conllLayout(lines)
    if (layout !== null) return { ...layout, words: Number(words) }
  }
  throw new AnnotateError('noVersion', `${path}: found no sentence, expected at least one`)
}

async function extend(
  from: string,
  to: string,
  known: Parameters<typeof splitByProblems>[3],
  decided: DecidedSentence[],
  write: RowWriter,
): Promise<void> {
  const replaced = `${to}-replaced`
  try {
    await splitByProblems(from, to, replaced, known)
  } finally {
    await rm(replaced, { force: true })
  }
  // The last sentence of a file may have no blank line after it.
  await appendFile(to, `\n${decided.map(write).join('')}`)
}
