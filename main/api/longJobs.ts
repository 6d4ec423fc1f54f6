/**
 * Long synchronous work: archives, exports, adding word vectors, tests of significance. It runs in a thread, so that the process that serves the
 * window stays responsive, and the thread is terminated when the request is cancelled.
 */
import { rm, writeFile } from 'node:fs/promises'
import type { Unarchived } from '../../shared/runs/archive.ts'
import type { ExperimentResults, RunGroup } from '../../shared/runs/experiments.ts'
import type { exportZip } from '../export/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { startThread } from '../threads/start.ts'
import { draftPath } from '../vectors/setFile.ts'

export type LongJob =
  | { type: 'archive'; run: string; path: string; version: string }
  | { type: 'unarchive'; path: string; asCopy: boolean }
  | { type: 'export'; what: Parameters<typeof exportZip>[1]; path: string }
  /** `source`: the name of the set whose package lies at `from`; null: a file of the user, called `shown`. */
  | { type: 'vectors'; folder: string; name: string; from: string; shown: string; source: string | null; path: string }
  | { type: 'experiment'; experiment: string }
  | { type: 'experimentReport'; experiment: string; file: string }
  | { type: 'groups'; groups: string[]; baseline: string }

export interface LongJobResults {
  archive: null
  unarchive: Unarchived
  /** The name of the zip file. */
  export: string
  vectors: null
  experiment: ExperimentResults
  /** The text of the file. */
  experimentReport: string
  groups: RunGroup[]
}

export type JobReply =
  | { ok: true; value: LongJobResults[LongJob['type']] }
  | { ok: false; error: { name: string; message: string; code?: string; stack?: string | undefined } }

export interface JobThreadData {
  database: string
  job: LongJob
}

/** Does the work in this thread. Throws what the store and the export throw. */
export async function performJob<J extends LongJob>(store: Store, job: J): Promise<LongJobResults[J['type']]>
export async function performJob(store: Store, job: LongJob): Promise<LongJobResults[LongJob['type']]> {
  if (job.type === 'unarchive') return store.unarchiveRun(job.path, { asCopy: job.asCopy })
  if (job.type === 'archive') {
    store.archiveRun(job.run, job.path, job.version)
    return null
  }
  if (job.type === 'vectors') {
    const { addFetched, addFile, namedSource } = await import('../vectorLibrary/index.ts')
    const { folder, name, from, shown, source } = job
    if (source === null) await addFile(folder, name, from, undefined, shown)
    else await addFetched(folder, namedSource(source)!, from)
    return null
  }
  if (job.type === 'experiment' || job.type === 'experimentReport' || job.type === 'groups') {
    const { compareGroups, recall, reportFiles, results } = await import('../experiments/index.ts')
    if (job.type === 'groups') return compareGroups(store, job.groups, job.baseline)
    const experiment = recall(store, job.experiment)
    return job.type === 'experiment' ? results(store, experiment) : reportFiles(store, experiment)[job.file]
  }
  // Loaded only here: it imports the formats of other programs, which archives do not need.
  const { exportZip } = await import('../export/index.ts')
  const { name, bytes } = await exportZip(store, job.what)
  await writeFile(job.path, bytes)
  return name
}

/** What the thread does: opens the database, does the job, returns its reply. */
export async function performInThread({ database, job }: JobThreadData): Promise<JobReply> {
  try {
    const store = openStore(database)
    try {
      return { ok: true, value: await performJob(store, job) }
    } finally {
      store.close()
    }
  } catch (error) {
    const { name, message, code, stack } = error as Error & { code?: unknown }
    return { ok: false, error: { name, message, stack, ...(typeof code === 'string' && { code }) } }
  }
}

/**
 * Does a job in a thread of its own; a database in memory belongs to this thread, so there it is done here. Throws what
 * the job throws, with its code. When the signal aborts, all but an import end and leave no file; an import is one
 * transaction and is not interrupted.
 */
export async function runLongJob<J extends LongJob>(
  store: Store,
  job: J,
  signal?: AbortSignal,
): Promise<LongJobResults[J['type']]> {
  signal?.throwIfAborted()
  if (store.path === ':memory:') return performJob(store, job)
  const thread = startThread(new URL('./longJobThread.ts', import.meta.url), {
    database: store.path,
    job,
  } satisfies JobThreadData)
  const { promise, resolve, reject } = Promise.withResolvers<JobReply>()
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', (code) => reject(new Error(`the thread of the job ended unexpectedly (code ${code})`)))
  const onAbort = () => {
    reject(signal!.reason as Error)
    void thread.terminate()
  }
  if (job.type !== 'unarchive') signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const reply = await promise
    if (reply.ok) return reply.value as LongJobResults[J['type']]
    throw rebuilt(reply.error)
  } catch (error) {
    await thread.terminate()
    for (const path of unfinishedFiles(job)) await rm(path, { force: true })
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Files that a job leaves where its thread is terminated. A set of vectors appears only once it is complete. */
function unfinishedFiles(job: LongJob): string[] {
  if (!('path' in job) || job.type === 'unarchive') return []
  if (job.type === 'vectors') return [draftPath(job.path)]
  return [job.path, `${job.path}.${process.pid}.part`]
}

/** An error loses its class and its code between threads. */
function rebuilt({ message, ...rest }: Extract<JobReply, { ok: false }>['error']): Error {
  return Object.assign(new Error(message), rest)
}
