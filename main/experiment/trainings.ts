/** What trains: a run's trainings in the threads of its pool, each recorded as it goes and never done twice. */
import type { RunEvent } from '../../shared/protocol/events.ts'
import { density } from '../../shared/network/mask.ts'
import { trainingKey, type Phase, type TrainingResult } from '../../shared/runs/training.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { shareBundle } from '../data/sharedArrays.ts'
import type { EncodedData } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import { TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { Store, TrainingCommit } from '../store/types.ts'
import { TrainingStoppedError, type RunControl } from '../training/control.ts'
import { plannedSteps, type TrainingSpec } from '../training/spec.ts'
import type { EvaluateJob, EvaluatedTasks } from './messages.ts'
import type { WorkerPool } from './pool.ts'
import { Recorder } from './recorder.ts'

/** What is stored together with the end of a training, made from its weights. */
export type ArtifactsToSave = (weights: Weights) => Pick<TrainingCommit, 'artifacts' | 'masks'>

export interface Trainings {
  /**
   * Trains, continues from a checkpoint, or returns the stored result. `start`: start weights of this training alone,
   * asked for once they are needed. Throws a TrainingStoppedError where the run is stopped, and what the training or
   * the store throws.
   */
  train(spec: TrainingSpec, artifacts?: ArtifactsToSave, start?: () => Weights): Promise<TrainingResult>
  /** The scores by which SNIP prunes a task's weights, by layer; `spec`: that of its dense round. */
  saliency(spec: TrainingSpec): Promise<ArrayBundle>
  /** Scores trained weights in detail on dev and test. */
  evaluate(job: Omit<EvaluateJob, 'type' | 'threads'>): Promise<EvaluatedTasks>
  /** Waits for all of them. If one fails, the others stop at a checkpoint first; then its error is thrown. */
  all<T>(work: Promise<T>[]): Promise<T[]>
  /** Weights that take the place of θ⁽⁰⁾ from here on. */
  startFrom(weights: Weights): void
}

/** Phases whose network is the one that the warmup trained; the others always start from θ⁽⁰⁾. */
const SAME_NETWORK: readonly Phase[] = ['imp', 'search', 'hard', 'sparse']

/** Keeps the weights of a training: what prunes, tags, exports and is tested. */
export const bestWeights: ArtifactsToSave = (weights) => ({ artifacts: { [TRAINING_ARTIFACTS.bestWeights]: weights } })

export function openTrainings(
  store: Store,
  runId: string,
  data: EncodedData,
  pool: WorkerPool,
  control: RunControl,
  notify: (event: RunEvent) => void,
): Trainings {
  let startWeights: Weights | null = null

  return {
    async train(spec, artifacts = bestWeights, start) {
      const stored = store.training(runId, spec.id)
      if (stored?.result) return stored.result
      if (control.stopped) throw new TrainingStoppedError('stopped before it began')
      const checkpoint = store.loadCheckpoint(runId, spec.id)
      const recorder = new Recorder(store, runId, spec.id, notify)
      const totalSteps = plannedSteps(spec, data)
      recorder.begin(totalSteps, checkpoint)
      const started: RunEvent = {
        type: 'trainingStart',
        id: spec.id,
        density: Object.fromEntries(spec.tasks.map(({ name, mask }) => [name, mask ? density(mask) : 1])),
        totalSteps,
        totalEpochs: spec.settings.epochs,
        resumedAtStep: checkpoint?.step ?? 0,
      }
      const from = start?.() ?? (SAME_NETWORK.includes(spec.id.phase) ? startWeights : null)
      const end = await pool.run(
        { type: 'train', spec, start: from, checkpoint },
        (progress) => recorder.record(progress),
        () => notify(started),
      )
      if (end.type !== 'trained') throw new Error(`Unexpected end of ${trainingKey(spec.id)}: ${end.type}`)
      recorder.finish(end.result, artifacts(end.weights))
      return end.result
    },

    async saliency(spec) {
      const end = await pool.run({ type: 'saliency', spec, start: startWeights })
      if (end.type !== 'scored') throw new Error(`Unexpected end of a saliency job: ${end.type}`)
      return end.scores
    },

    async evaluate(job) {
      const end = await pool.run({ type: 'evaluate', ...job })
      if (end.type !== 'evaluated') throw new Error(`Unexpected end of an evaluation: ${end.type}`)
      return end.results
    },

    async all(work) {
      // In the order in which they happened: later ones may follow from the first.
      const failures: Error[] = []
      for (const promise of work)
        promise.catch((error: Error) => {
          failures.push(error)
          control.haltAll()
        })
      const ends = await Promise.allSettled(work)
      const failure = failures.find((error) => !(error instanceof TrainingStoppedError)) ?? failures[0]
      if (failure) throw failure
      return ends.map((end) => (end as PromiseFulfilledResult<Awaited<(typeof work)[number]>>).value)
    },

    startFrom: (weights) => (startWeights = shareBundle(weights)),
  }
}
