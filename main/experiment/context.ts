/** What the stages of an experiment work with: its data, its training threads, its store. A training that is stored is not done again. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import { density, keptCount, type Mask } from '../../shared/network/mask.ts'
import { extendsPrivately } from '../../shared/settings/plan.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { Candidate } from '../../shared/runs/report.ts'
import { trainingKey, type Phase, type TrainingId, type TrainingResult } from '../../shared/runs/training.ts'
import type { BackendModules } from '../backend/backend.ts'
import type { LoadedData } from '../data/load.ts'
import { shareBundle } from '../data/sharedArrays.ts'
import type { EncodedData } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import { TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { RunRecord, Store, TrainingCommit } from '../store/types.ts'
import { plannedSteps, type TrainingSpec } from '../training/spec.ts'
import { TrainingStopped, type RunControl } from '../training/control.ts'
import { coreCount } from './environment.ts'
import { WorkerPool } from './pool.ts'
import { Recorder } from './recorder.ts'

export interface RunOptions {
  onEvent(event: RunEvent): void
  control: RunControl
  /** Seconds between checkpoints; stops and ends of epochs apart, at most this much work is lost to a crash. */
  checkpointSeconds?: number
  /** Where this sitting is to compute, whatever the run began on; without it, there. */
  backend?: BackendName
  /** Backends from elsewhere. */
  modules?: BackendModules
}

/** What is stored together with the end of a training, made from its weights. */
export type ArtifactsToSave = (weights: Weights) => Pick<TrainingCommit, 'artifacts' | 'masks'>

export interface ExperimentContext {
  store: Store
  runId: string
  config: ExperimentConfig
  data: EncodedData
  loaded: LoadedData
  run: RunRecord
  pool: WorkerPool
  /** Trains, or goes on from a checkpoint, or takes the stored result. `from` is asked for start weights of its own, once they are needed. */
  train(spec: TrainingSpec, harvest?: ArtifactsToSave, from?: () => Weights): Promise<TrainingResult>
  /** Waits for all; if one fails, the others stop at a checkpoint first, then its error is thrown. */
  all<T>(work: Promise<T>[]): Promise<T[]>
  /** Weights that take the place of θ⁽⁰⁾ from here on. */
  startFrom(weights: Weights): void
  /** The stored weights of a finished training. */
  weightsOf(id: TrainingId): Weights
  mask(task: string, round: number): Mask
  candidate(task: string, round: number, result: TrainingResult): Candidate
  stage(stage: Phase | 'test', begins: boolean): void
  announce(event: RunEvent): void
  close(): Promise<void>
}

/** As people are told them. */
export const STAGES: Record<Phase | 'test', string> = {
  warmup: 'multi-task warmup',
  imp: 'iterative magnitude pruning',
  hard: 'joint training, hard sharing',
  soft: 'joint training, soft sharing',
  hierarchical: 'joint training, hierarchical sharing',
  sparse: 'joint training, sparse sharing',
  test: 'reading the test data, once',
}

/** The stage of sparse sharing where the earlier tasks rest. */
const ADDED = 'training the added tasks in weights that no other task keeps'

/** Phases whose network is the one that the warmup trained; the others start from θ⁽⁰⁾ whatever there was. */
const SAME_NETWORK: readonly Phase[] = ['imp', 'hard', 'sparse']

const keepBestWeights: ArtifactsToSave = (weights) => ({ artifacts: { [TRAINING_ARTIFACTS.bestWeights]: weights } })

export function openContext(
  store: Store,
  run: RunRecord,
  loaded: LoadedData,
  backend: BackendName,
  { onEvent, control, checkpointSeconds = 30, modules = [] }: RunOptions,
): ExperimentContext {
  const { config, id: runId } = run
  const { data } = loaded
  const setup = { data, backend, modules, control: control.shared, checkpointSeconds }
  const pool = new WorkerPool(setup, coreCount(config))
  const heartbeat = startHeartbeat(store, runId, control)
  let start: Weights | null = null

  const lab: ExperimentContext = {
    store,
    runId,
    config,
    data,
    loaded,
    run,
    pool,

    async train(spec, harvest = keepBestWeights, from) {
      const stored = store.training(runId, spec.id)
      if (stored?.result) return stored.result
      if (control.stopped) throw new TrainingStopped('stopped before it began')
      const checkpoint = store.loadCheckpoint(runId, spec.id)
      const recorder = new Recorder(store, runId, spec.id, onEvent)
      const totalSteps = plannedSteps(spec, data)
      recorder.begin(totalSteps, checkpoint)
      const density = Object.fromEntries(spec.tasks.map(({ name, mask }) => [name, mask ? densityOf(mask) : 1]))
      const began = {
        type: 'trainingStart',
        id: spec.id,
        density,
        totalSteps,
        totalEpochs: spec.settings.epochs,
        resumedAtStep: checkpoint?.step ?? 0,
      } as const
      const own = from?.() ?? (SAME_NETWORK.includes(spec.id.phase) ? start : null)
      const end = await pool.run(
        { type: 'train', spec, start: own, checkpoint },
        (news) => recorder.take(news),
        () => onEvent(began),
      )
      if (end.type !== 'trained') throw new Error(`Unexpected end of ${trainingKey(spec.id)}: ${end.type}`)
      recorder.finish(end.result, harvest(end.weights))
      return end.result
    },

    async all(work) {
      for (const promise of work) promise.catch(() => control.halt())
      const ends = await Promise.allSettled(work)
      const failures = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as Error)
      const failure = failures.find((error) => !(error instanceof TrainingStopped)) ?? failures[0]
      if (failure) throw failure
      return ends.map((end) => (end as PromiseFulfilledResult<Awaited<(typeof work)[number]>>).value)
    },

    startFrom: (weights) => (start = shareBundle(weights)),

    weightsOf(id) {
      const weights = store.loadArtifact(runId, id, TRAINING_ARTIFACTS.bestWeights)
      if (!weights) throw new Error(`The run has no weights of ${trainingKey(id)}.`)
      return weights
    },

    mask(task, round) {
      const mask = store.loadMask(runId, task, round)
      if (!mask) throw new Error(`The run has no mask of ${task} in round ${round}.`)
      return mask
    },

    candidate(task, round, result) {
      const mask = lab.mask(task, round)
      return { round, density: densityOf(mask), kept: keptCount(mask), dev: result.dev[task] }
    },

    stage: (stage, begins) =>
      begins &&
      onEvent({
        type: 'stage',
        stage,
        message: stage === 'sparse' && extendsPrivately(config) ? ADDED : STAGES[stage],
      }),
    announce: onEvent,

    async close() {
      heartbeat.stop()
      await pool.close()
    },
  }
  return lab
}

const densityOf = density

/** Tells the store that this process lives, and how long it has worked: pauses are no work. */
function startHeartbeat(store: Store, runId: string, control: RunControl): { stop(): void } {
  const worked = () => performance.now() - control.pausedMs
  let last = worked()
  const beat = () => {
    const now = worked()
    store.heartbeat(runId, (now - last) / 1000)
    last = now
  }
  const timer = setInterval(beat, 5000)
  return {
    stop() {
      clearInterval(timer)
      beat()
    },
  }
}
