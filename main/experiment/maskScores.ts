/**
 * What a subnet does: dev scores of the network of sparse sharing under other masks than each task's own, without
 * training.
 */
import { intersectAll, keptCount, type Mask } from '../../shared/network/mask.ts'
import type { MaskScore, MaskVariant } from '../../shared/protocol/requests/analysis.ts'
import { loadExperimentData } from '../data/load.ts'
import { shareBundle } from '../data/sharedArrays.ts'
import { Vocabulary, type VocabularyJson } from '../data/vocabulary.ts'
import { backendOrder } from '../devices/ranking.ts'
import { methodShape } from '../nn/initialWeights.ts'
import { DOCUMENTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { Store } from '../store/types.ts'
import { RunControl } from '../training/control.ts'
import { backendOfRun } from './backendOfRun.ts'
import { coreCount } from './environment.ts'
import { WorkerPool } from './pool.ts'
import { foundTickets } from './tickets.ts'

const SPARSE = { phase: 'sparse', task: null, round: null } as const

export interface MaskScoreOptions {
  onProgress(done: number, total: number): void
  /** Ends the evaluation; what was scored is lost. */
  signal: AbortSignal
}

/** Throws an Error where the run has no network of sparse sharing or its files are missing, and when it is aborted. */
export async function scoreMasks(
  store: Store,
  runId: string,
  { onProgress, signal }: MaskScoreOptions,
): Promise<MaskScore[]> {
  const run = store.getRun(runId)
  const tasks = Object.keys(run.config.tasks)
  const tickets = foundTickets(store, run)
  const masks = new Map(
    tickets.flatMap(({ task, chosen }) => {
      const mask = chosen === null ? null : store.loadMask(run.id, task, chosen)
      return mask === null ? [] : [[task, mask] as const]
    }),
  )
  const weights = store.loadArtifact(run.id, SPARSE, TRAINING_ARTIFACTS.bestWeights)
  const vocabulary = store.loadDocument<VocabularyJson>(run.id, DOCUMENTS.vocabulary)
  if (weights === null || vocabulary === null || !tasks.every((task) => masks.has(task)))
    throw new Error('The run has no network of sparse sharing yet, which is what the masks are tried on.')
  // Trained word vectors are among the weights.
  const config = { ...run.config, model: { ...run.config.model, vectors: null } }
  const { data } = await loadExperimentData(config, '', Vocabulary.fromJSON(vocabulary))
  const backend = await backendOfRun(run, undefined, backendOrder(store, config.optimizer.batchSize))
  signal.throwIfAborted()
  const control = new RunControl()
  const setup = { data, backend: backend.name, modules: [], control: control.shared, checkpointSeconds: 60 }
  const pool = new WorkerPool(setup, coreCount(config))
  const stop = () => void pool.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const shape = methodShape(config, data, 'sparse', tasks)
    const shared = shareBundle(weights)
    const cells = tasks.flatMap((task) => variantsOf(task, masks).map((variant) => ({ task, ...variant })))
    let done = 0
    onProgress(done, cells.length)
    return await Promise.all(
      cells.map(async ({ task: name, variant, mask }): Promise<MaskScore> => {
        const { score, scheme, tagNames, dev } = data.tasks.find((task) => task.name === name)!
        const task = { name, score, scheme, tagNames }
        // Only tags are wanted, so no temperature is fitted.
        const evalSet = { part: 'dev', task, split: dev, spellings: data.spellings, mask, temperature: 1 } as const
        const end = await pool.run({ type: 'evaluate', shape, weights: shared, evalSets: [evalSet] })
        if (end.type !== 'evaluated') throw new Error(`Unexpected end of an evaluation: ${end.type}`)
        onProgress(++done, cells.length)
        return { task: name, variant, kept: keptCount(mask), dev: end.results[0].score }
      }),
    )
  } finally {
    signal.removeEventListener('abort', stop)
    await pool.close()
  }
}

/** The masks that a task is scored under. With two tasks, the part shared with the other is the part shared by all. */
function variantsOf(task: string, masks: ReadonlyMap<string, Mask>): { variant: MaskVariant; mask: Mask }[] {
  const own = masks.get(task)!
  const others = [...masks].filter(([name]) => name !== task)
  const without = (other: Mask) => combined(own, other, (a, b) => a & (1 - b))
  const anyOther = (mask: Mask) =>
    others.reduce((rest, [, other]) => combined(rest, other, (a, b) => a & (1 - b)), mask)
  const isPrivate = anyOther(own)
  return [
    { variant: { kind: 'own' }, mask: own },
    ...others.map(([name, mask]) => ({ variant: { kind: 'other' as const, task: name }, mask })),
    { variant: { kind: 'shared' }, mask: intersectAll([...masks.values()]) },
    { variant: { kind: 'withoutPrivate' }, mask: combined(own, isPrivate, (a, b) => a & (1 - b)) },
    ...others.map(([name, mask]) => ({
      variant: { kind: 'withoutSharedWith' as const, task: name },
      mask: without(mask),
    })),
  ]
}

function combined(a: Mask, b: Mask, bit: (a: number, b: number) => number): Mask {
  return {
    layers: a.layers.map(({ name, shape, kept }, l) => ({
      name,
      shape,
      kept: kept.map((value, i) => bit(value, b.layers[l].kept[i])),
    })),
  }
}
