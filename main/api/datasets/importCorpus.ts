/**
 * Imports a corpus into the catalogue: copies the files, checks them, leaves out sentences with problems where asked,
 * and only then records the corpus.
 */
import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type {
  Corpus,
  CorpusFile,
  CorpusLayout,
  CorpusOrigin,
  datasetRequests,
  FileRef,
  Split,
} from '../../../shared/protocol/requests/datasets.ts'
import { configSchema } from '../../../shared/settings/config.ts'
import { grouped } from '../../../shared/util/format.ts'
import { checkCorpus, type CheckRequest, type CheckResult } from '../../data/check.ts'
import { splitByProblems } from '../../data/repair.ts'
import type { ApiContext } from '../types.ts'
import { placeByHash, placeRejected, type Placed } from './corpusFiles.ts'
import { DatasetError, onDisk } from './errors.ts'
import { INCOMING } from './uploads.ts'
import { reporter, type Reporter } from './progress.ts'

export type ImportRequest = Omit<z.output<(typeof datasetRequests)['datasets.import']>, 'files'> & {
  files: Source[]
  /** For a dataset version. */
  origin?: CorpusOrigin
}
export type Source = FileRef & { path: string; split: Split }

/** The files of a request, in the order train, dev, test. Throws 'noFile', 'incomplete'. */
export function sourcesOf({ uploads }: Pick<ApiContext, 'uploads'>, files: CorpusLayout['files']): Source[] {
  return (['train', 'dev', 'test'] as const).flatMap((split) =>
    files[split] === null ? [] : [{ ...uploads.get(files[split], 'import'), split }],
  )
}

/** Reads the files at their places. */
export function check(
  request: Omit<CheckRequest, 'files'> & { files: Source[] },
  { part, pause }: Reporter,
): Promise<CheckResult> {
  return checkCorpus(request, (i) => part(request.files[i].bytes), pause)
}

/**
 * Returns the corpus as recorded. Throws 'exists' (StoreError), 'inMemory', 'unusable', 'problems' where these are to
 * be refused, 'diskFull', 'io', and the signal's reason; then nothing is left behind.
 */
export async function importCorpus(
  { store, notify }: Pick<ApiContext, 'store' | 'notify'>,
  request: ImportRequest,
  signal?: AbortSignal,
): Promise<Corpus> {
  const folder = store.corporaFolder
  if (folder === null)
    throw new DatasetError(
      'inMemory',
      'The database of this studio is in memory and cannot keep corpora. Start it with a database file (--db FILE).',
    )
  const totalBytes = 3 * request.files.reduce((sum, { bytes }) => sum + bytes, 0)
  const report = reporter(notify, request.files[0].file, totalBytes, signal)
  return onDisk('the corpus', async () => {
    await mkdir(folder, { recursive: true })
    const staging = await mkdtemp(join(folder, INCOMING))
    try {
      const copies = await copyAll(request.files, staging)
      const first = await check({ ...request, files: copies }, report)
      refuseUnusable(first, request.problems)
      const parts = await leaveOut(copies, first, staging, report)
      const repaired = parts.some(({ rejected }) => rejected !== null)
      const final = repaired ? await check({ ...request, files: parts.map(({ file }) => file) }, report) : first
      // All problems were left out; one that is found now is a bug.
      if (repaired) refuseUnusable(final, 'refuse')
      return await record({ store }, folder, request, parts, first, final, signal)
    } finally {
      await rm(staging, { recursive: true, force: true })
    }
  })
}

/** Copies first, so that the checked bytes are the kept ones, whatever happens to the originals meanwhile. */
function copyAll(files: Source[], staging: string): Promise<Source[]> {
  return Promise.all(
    files.map(async (file) => {
      // The name is kept, because its extension may indicate the format.
      const path = join(staging, `${file.split}-${file.name.slice(-100)}`)
      await copyFile(file.path, path)
      // The copy of a read-only file is read-only, and some systems cannot sync such a file.
      await chmod(path, 0o644)
      return { ...file, path, bytes: (await stat(path)).size }
    }),
  )
}

function refuseUnusable({ files, usable }: CheckResult, problems: 'refuse' | 'skip'): void {
  const affected = files.filter(({ problemCount }) => problemCount > 0)
  if (usable && (problems === 'skip' || affected.length === 0)) return
  const total = affected.reduce((sum, { problemCount }) => sum + problemCount, 0)
  const lines = affected.flatMap((file) =>
    file.problems.slice(0, 5).map(({ line, message }) => `${file.name}${line === null ? '' : `:${line}`}: ${message}`),
  )
  throw new DatasetError(
    usable ? 'problems' : 'unusable',
    `${grouped(total)} ${total === 1 ? 'problem' : 'problems'} in the files:\n${lines.join('\n')}`,
  )
}

interface Part {
  file: Source
  /** The sentences left out, or null. */
  rejected: string | null
}

/** Replaces each file that has problems by one without the affected sentences. */
async function leaveOut(
  copies: Source[],
  { repairs, files }: CheckResult,
  staging: string,
  { part }: Reporter,
): Promise<Part[]> {
  const parts: Part[] = []
  for (const [i, file] of copies.entries()) {
    const progress = part(file.bytes)
    if (files[i].rejectedSentences === 0) {
      parts.push({ file, rejected: null })
      continue
    }
    const [good, rejected] = [join(staging, `${file.split}.good`), join(staging, `${file.split}.rejected`)]
    await splitByProblems(file.path, good, rejected, repairs[i]!, progress)
    // The new file is not compressed.
    parts.push({
      file: { ...file, name: file.name.replace(/\.gz$/i, ''), path: good, bytes: (await stat(good)).size },
      rejected,
    })
  }
  return parts
}

/** Moves the files to their places, then records the corpus; removes the files again where that fails. */
async function record(
  { store }: Pick<ApiContext, 'store'>,
  folder: string,
  request: ImportRequest,
  parts: Part[],
  first: CheckResult,
  final: CheckResult,
  signal: AbortSignal | undefined,
): Promise<Corpus> {
  const placed: Placed[] = []
  const place = async (promise: Promise<Placed>) => placed[placed.push(await promise) - 1].path
  try {
    const files: CorpusFile[] = []
    for (const [i, { file, rejected }] of parts.entries()) {
      const { split, name, bytes, sentences, tokens } = final.files[i]
      const hash = final.hashes[i]
      const path = await place(placeByHash(store, folder, file.path, hash, name))
      const rejectedPath = rejected === null ? null : await place(placeRejected(folder, rejected, hash, name))
      files.push({
        split,
        name,
        path,
        rejectedPath,
        hash,
        bytes,
        sentences,
        tokens,
        rejectedSentences: first.files[i].rejectedSentences,
      })
    }
    const { name, words, devFraction, origin = null } = request
    const corpus: Corpus = {
      id: newId(name),
      name,
      createdAt: new Date().toISOString(),
      format: final.format,
      words: final.format === 'conllu' ? 'FORM' : words,
      devFraction: devFraction ?? DEFAULT_FRACTION,
      files,
      tasks: final.tasks,
      origin,
    }
    // A cancelled import leaves nothing behind up to here.
    signal?.throwIfAborted()
    return store.saveCorpus(corpus, { statistics: final.statistics, unseen: final.unseen })
  } catch (error) {
    for (const { path, isNew } of placed) if (isNew) await rm(path, { force: true })
    throw error
  }
}

const DEFAULT_FRACTION = configSchema.shape.corpora.valueType.shape.devFraction.parse(undefined)

/** A readable unique id. */
export function newId(name: string): string {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return `${readable === '' ? 'corpus' : readable}-${randomBytes(3).toString('hex')}`
}
