/** The lifecycle of a run: created from a config, run to its end, resumed after a stop or a crash. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { own } from '../../shared/util/nested.ts'
import { extendsPrivately } from '../../shared/settings/plan.ts'
import { validConfig } from '../config/check.ts'
import { withPathsFrom } from '../config/paths.ts'
import { loadExperimentData, type LoadedData } from '../data/load.ts'
import { backendOrder } from '../devices/ranking.ts'
import type { VocabularyJson } from '../data/vocabulary.ts'
import { DOCUMENTS } from '../store/artifacts.ts'
import { StoreError } from '../store/errors.ts'
import type { DatasetRecord, EnvironmentRecord, RunRecord, Store } from '../store/types.ts'
import { TrainingStoppedError } from '../training/control.ts'
import { backendFor, backendOfRun } from './backendOfRun.ts'
import type { RunOptions } from './context.ts'
import { describeEnvironment, differentBits } from './environment.ts'
import { boundVocabulary } from './extendedRun.ts'
import { keepExtension, lookUpExtension, requireFilesOf } from './extension.ts'
import { withBackendFailover } from './failover.ts'
import { departures, keepTickets, lookUpTickets } from './givenTickets.ts'
import { runStages } from './stages.ts'
import { withVectorDim } from './vectorDim.ts'

export { RunControl } from '../training/control.ts'

/** How a session of a run is run. */
export interface SessionOptions extends RunOptions {
  /** The data, where createRun has just read it. */
  loaded?: LoadedData | undefined
}

export interface CreatedExperiment {
  runId: string
  warnings: string[]
  /** The corpora as they were just read: hand them to runExperiment, so that they are not read twice. */
  loaded: LoadedData
}

/**
 * Reads and checks the data and records the run with all it starts from, in one transaction: with its tags, so that
 * whoever looks for a run by tag finds it whole or not at all. Throws a ConfigError or a DataError with every problem
 * found, and what lookUpTickets, lookUpExtension and requireFilesOf throw.
 */
export async function createRun(
  store: Store,
  config: ExperimentConfig,
  baseDir: string,
  { tags = [] }: { tags?: string[] } = {},
): Promise<CreatedExperiment> {
  const given = await withVectorDim(withPathsFrom(validConfig(config), baseDir, ''))
  const tickets = lookUpTickets(store, given)
  const extension = lookUpExtension(store, given)
  const complete = extension?.config ?? tickets?.config ?? given
  const loaded = await loadExperimentData(complete, '', extendsPrivately(complete) ? extension!.vocabulary : null)
  if (extension !== null) requireFilesOf(extension, loaded.datasets)
  const backend = await backendFor(complete.backend, backendOrder(store, complete.optimizer.batchSize))
  const environment = describeEnvironment(complete, backend)
  const tokens = loaded.learnTokens()
  const runId = store.transaction(() => {
    const { id } = store.createRun({
      name: config.name,
      config: complete,
      environment,
      datasets: loaded.datasets,
      tags,
    })
    store.saveDocument(id, DOCUMENTS.vocabulary, loaded.vocabulary.toJSON())
    store.saveDocument(id, DOCUMENTS.tokens, tokens)
    if (loaded.coverage !== null) store.saveDocument(id, DOCUMENTS.vectorCoverage, loaded.coverage)
    if (tickets !== null) keepTickets(store, id, tickets)
    if (extension !== null) keepExtension(store, id, extension, loaded)
    return id
  })
  const warnings = [...(tickets === null ? [] : departures(tickets, loaded.datasets)), ...(extension?.warnings ?? [])]
  return { runId, warnings: [...loaded.issues.map(describeIssue), ...warnings], loaded }
}

/**
 * Runs an experiment to its end, from the beginning or from where it was stopped or killed. Every finished step is
 * stored and never done twice. Throws the reason why the run failed, which is then recorded on the run.
 */
export async function runExperiment(
  store: Store,
  runId: string,
  options: SessionOptions,
): Promise<'finished' | 'stopped'> {
  const { onEvent } = options
  const given = store.getRun(runId)
  const { environment: before, config } = given
  const order = backendOrder(store, config.optimizer.batchSize)
  store.requireFree(runId)
  const backend = await backendOfRun(given, options.backend, order, options.modules)
  const environment = describeEnvironment(config, backend, leftBackends(before, backend.name, options.backend))
  const run = store.claimRun(runId, environment)
  try {
    onEvent({ type: 'status', status: 'running', message: null })
    for (const message of backend.warnings) onEvent({ type: 'warning', message })
    const change = store.trainings(runId).length ? differentBits(before, run.environment) : null
    if (change !== null) onEvent({ type: 'warning', message: change })
    onEvent({ type: 'stage', stage: 'data', message: 'reading the corpora' })
    const loaded = options.loaded ?? (await loadExperimentData(run.config, '', boundVocabulary(store, run)))
    requireSameFiles(run.datasets, loaded.datasets)
    requireSameReading(store, run, loaded)
    await withBackendFailover({ ...options, store, run, loaded, order }, backend, runStages)
    store.setStatus(runId, 'finished')
    onEvent({ type: 'status', status: 'finished', message: null })
    return 'finished'
  } catch (error) {
    // Not control.stopped: a failed training stops those beside it through the same switch.
    const stopped = error instanceof TrainingStoppedError
    const message = stopped ? null : (error as Error).message
    const unrecorded = await recordEnd(store, runId, stopped ? 'stopped' : 'failed', message)
    // A listener that throws may be what ended the run: the first error is the one to throw.
    const notify = (event: RunEvent) => {
      try {
        onEvent(event)
      } catch {
        // Nobody listens any more.
      }
    }
    if (unrecorded !== null) {
      notify({ type: 'warning', message: `The end of the run could not be recorded: ${unrecorded.message}` })
    }
    notify({ type: 'status', status: stopped ? 'stopped' : 'failed', message })
    if (stopped) return 'stopped'
    throw error
  }
}

/** How long recording the end of a run may wait for a locked database, in milliseconds. */
const LOCKED_MS = 90_000

/**
 * Records how a run ended. What ended it may also prevent this: a locked database is waited for, with any other error
 * the run is left as it is, and is shown as interrupted. Returns that error.
 */
async function recordEnd(
  store: Store,
  runId: string,
  status: 'stopped' | 'failed',
  message: string | null,
): Promise<Error | null> {
  const giveUpAt = performance.now() + LOCKED_MS
  for (;;) {
    try {
      store.setStatus(runId, status, message)
      return null
    } catch (error) {
      const locked = error instanceof StoreError && error.code === 'locked'
      if (!locked || performance.now() > giveUpAt) return error as Error
      await sleep(200)
    }
  }
}

/** The backends that the run has left, where it computes on another one from now on. */
function leftBackends(
  { backend, left = [] }: EnvironmentRecord,
  now: BackendName,
  requested: BackendName | undefined,
): EnvironmentRecord['left'] {
  if (backend === now) return left
  const why = requested === undefined ? 'it could no longer compute there' : `${requested} was requested`
  return [...left, { backend, why }]
}

/** Throws an Error where a file has changed since the run was created: the result would belong to neither. */
function requireSameFiles(recorded: DatasetRecord[], found: DatasetRecord[]): void {
  for (const { path, hash } of recorded) {
    const now = found.find((dataset) => dataset.path === path)
    if (now && now.hash !== hash) {
      throw new Error(
        `${path} has changed since the run was created (SHA-256 ${now.hash.slice(0, 12)}…, was ` +
          `${hash.slice(0, 12)}…); restore it, or start a new run.`,
      )
    }
  }
}

/**
 * Throws an Error where the same files are read as other words or tags than when the run was created: by another
 * version of this program, which knows formats that the earlier one took for something else.
 */
function requireSameReading(
  store: Store,
  { id, config }: Pick<RunRecord, 'id' | 'config'>,
  { vocabulary }: LoadedData,
): void {
  const recorded = store.loadDocument<VocabularyJson>(id, DOCUMENTS.vocabulary)
  if (recorded === null) return
  const now = vocabulary.toJSON()
  const differing = Object.keys(now.tasks).filter(
    (task) => JSON.stringify(own(recorded.tasks, task)) !== JSON.stringify(own(now.tasks, task)),
  )
  const other = JSON.stringify(recorded.words) !== JSON.stringify(now.words) ? ['its words'] : []
  const parts = [...other, ...differing.map((task) => `the tags of ${task}`)]
  if (parts.length === 0) return
  const files = Object.keys(config.corpora).join(', ')
  throw new Error(
    `This version reads ${parts.join(' and ')} in ${files} differently from the version that began the run, whose ` +
      'results would not fit: start a new run with the same settings.',
  )
}

function describeIssue({ file, line, task, message }: LoadedData['issues'][number]): string {
  return `${file}${line === null ? '' : `:${line}`}: ${task === null ? '' : `task ${task}: `}${message}`
}
