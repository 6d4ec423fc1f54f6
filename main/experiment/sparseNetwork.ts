/** The trained network of sparse sharing, ready to be evaluated on dev in threads, without training. */
import type { Mask } from '../../shared/network/mask.ts'
import { loadExperimentData } from '../data/load.ts'
import { shareBundle } from '../data/sharedArrays.ts'
import type { EncodedData } from '../data/types.ts'
import { Vocabulary, type VocabularyJson } from '../data/vocabulary.ts'
import { backendOrder } from '../devices/ranking.ts'
import { methodShape } from '../nn/initialWeights.ts'
import type { Weights } from '../nn/network.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import { DOCUMENTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { Store } from '../store/types.ts'
import { RunControl } from '../training/control.ts'
import { backendOfRun } from './backendOfRun.ts'
import { coreCount } from './environment.ts'
import { WorkerPool } from './pool.ts'
import { foundTickets } from './tickets.ts'

const SPARSE = { phase: 'sparse', task: null, round: null } as const

export interface EvaluationOptions {
  onProgress(done: number, total: number): void
  /** Ends the evaluation; what was found until then is lost. */
  signal: AbortSignal
}

export interface SparseNetwork {
  seed: number
  tasks: string[]
  /** The chosen mask of each task. */
  masks: ReadonlyMap<string, Mask>
  data: EncodedData
  vocabulary: Vocabulary
  shape: NetworkShape
  /** In shared memory. */
  weights: Weights
  pool: WorkerPool
  cores: number
}

/**
 * Loads the network and its data, and ends its threads after the work. Throws an Error where the run has no such network
 * or its files are missing, and when it is aborted.
 */
export async function withSparseNetwork<T>(
  store: Store,
  runId: string,
  signal: AbortSignal,
  work: (network: SparseNetwork) => Promise<T>,
): Promise<T> {
  const run = store.getRun(runId)
  const tasks = Object.keys(run.config.tasks)
  const masks = new Map(
    foundTickets(store, run).flatMap(({ task, chosen }) => {
      const mask = chosen === null ? null : store.loadMask(run.id, task, chosen)
      return mask === null ? [] : [[task, mask] as const]
    }),
  )
  const weights = store.loadArtifact(run.id, SPARSE, TRAINING_ARTIFACTS.bestWeights)
  const stored = store.loadDocument<VocabularyJson>(run.id, DOCUMENTS.vocabulary)
  if (weights === null || stored === null || !tasks.every((task) => masks.has(task)))
    throw new Error('The run has no network of sparse sharing yet, which is what the masks are tried on.')
  // Trained word vectors are among the weights.
  const config = { ...run.config, model: { ...run.config.model, vectors: null } }
  const vocabulary = Vocabulary.fromJSON(stored)
  const { data } = await loadExperimentData(config, '', vocabulary)
  const backend = await backendOfRun(run, undefined, backendOrder(store, config.optimizer.batchSize))
  signal.throwIfAborted()
  const control = new RunControl()
  const setup = { data, backend: backend.name, modules: [], control: control.shared, checkpointSeconds: 60 }
  const cores = coreCount(config)
  const pool = new WorkerPool(setup, cores)
  const stop = () => void pool.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const shape = methodShape(config, data, 'sparse', tasks)
    return await work({
      ...{ seed: config.seed, tasks, masks, data, vocabulary, shape },
      ...{ weights: shareBundle(weights), pool, cores },
    })
  } finally {
    signal.removeEventListener('abort', stop)
    await pool.close()
  }
}
