/** Trainings in this thread, recorded as the store records them. */
import type { TrainingSettings, TrainingSpec } from '../../main/training/spec.ts'
import { train, type TrainingHooks, type TrainingOutcome } from '../../main/training/train.ts'
import type { TrainingCheckpoint } from '../../main/training/checkpoint.ts'
import { TrainingStoppedError } from '../../main/training/control.ts'
import type { EncodedData } from '../../main/data/types.ts'
import type { Weights } from '../../main/nn/network.ts'
import { initialWeights, networkShape } from '../../main/nn/initialWeights.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { EpochMetric, StepMetric } from '../../shared/runs/training.ts'

export interface Recording extends TrainingOutcome {
  steps: StepMetric[]
  /** Without wall-clock times. */
  epochs: Omit<EpochMetric, 'trainSeconds' | 'evalSeconds'>[]
  checkpoints: TrainingCheckpoint[]
  warnings: string[]
}

export interface Sitting {
  start?: Weights
  checkpoint?: TrainingCheckpoint | null | undefined
  /** Stops the training after this many steps of the session. */
  stopAfter?: number
  /** A checkpoint after every step. */
  checkpoints?: boolean
}

/**
 * A joint training of the given tasks, each under its mask or null; settings as the config's joint ones, unless
 * changed.
 */
export function specOf(
  config: ExperimentConfig,
  data: EncodedData,
  tasks: Record<string, Mask | null>,
  changes: Partial<TrainingSettings> = {},
): TrainingSpec {
  const { optimizer, joint } = config
  return {
    id: { phase: 'sparse', task: null, round: null },
    seed: config.seed,
    stream: 'test',
    shape: networkShape(config.model, data, Object.keys(tasks)),
    tasks: Object.entries(tasks).map(([name, mask]) => ({ name, mask })),
    settings: { ...joint, maxSteps: null, settle: null, optimizer, keep: 'best', ...changes },
  }
}

/** Trains to the end, or to the stop: then there is a last checkpoint and no outcome. */
export async function record(
  spec: TrainingSpec,
  data: EncodedData,
  sitting: Sitting = {},
): Promise<Recording & { stopped: boolean }> {
  const {
    start = initialWeights(spec.shape, spec.seed, data.vectors),
    checkpoint = null,
    stopAfter = Infinity,
    checkpoints: often = false,
  } = sitting
  const recording: Pick<Recording, 'steps' | 'epochs' | 'checkpoints' | 'warnings'> = {
    steps: [],
    epochs: [],
    checkpoints: [],
    warnings: [],
  }
  let asked = 0
  const hooks: TrainingHooks = {
    onSteps: (steps) => recording.steps.push(...steps),
    onEpoch: ({ trainSeconds: _, evalSeconds: __, ...metric }) => recording.epochs.push(structuredClone(metric)),
    // Cloned, as it would be on its way to the store.
    onCheckpoint: (taken) => recording.checkpoints.push(structuredClone(taken)),
    onWarning: (message) => recording.warnings.push(message),
    interrupt: { shouldStop: () => ++asked >= stopAfter },
    checkpointSeconds: often ? -1 : Infinity,
  }
  try {
    return { ...recording, ...(await train(spec, data, start, checkpoint, hooks)), stopped: false }
  } catch (error) {
    if (!(error instanceof TrainingStoppedError)) throw error
    return { ...recording, result: undefined as never, weights: undefined as never, stopped: true }
  }
}

/** Stops after every few steps and resumes from the checkpoint, to the end. */
export async function recordInPieces(spec: TrainingSpec, data: EncodedData, stepsEach: number): Promise<Recording> {
  const steps: StepMetric[] = []
  const epochs: Recording['epochs'] = []
  const checkpoints: TrainingCheckpoint[] = []
  for (;;) {
    const piece = await record(spec, data, { checkpoint: checkpoints.at(-1) ?? null, stopAfter: stepsEach })
    steps.push(...piece.steps)
    epochs.push(...piece.epochs)
    checkpoints.push(...piece.checkpoints)
    if (!piece.stopped) return { ...piece, steps, epochs, checkpoints }
  }
}
