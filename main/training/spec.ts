/** What one training is: who is trained, under which masks, how. Structured-clonable: it travels to the training threads. */
import type { JointConfig, OptimizerConfig } from '../../shared/settings/config.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import type { EncodedData } from '../data/types.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import { stepsPerEpoch } from './schedule.ts'

export interface TrainingSettings {
  epochs: number
  /** Where set, the training ends after this many steps, at the latest. */
  maxSteps: number | null
  optimizer: OptimizerConfig
  learningRateDecay: number
  clipNorm: number | null
  clipValue: number | null
  patience: number | null
  sampling: JointConfig['sampling']
  /** Which weights the training gives: those of the best epoch on dev, or the last ones (warmup). */
  keep: 'best' | 'last'
}

export interface TrainingSpec {
  id: TrainingId
  seed: number
  /** Names the random streams: trainings that share it see the same batches and dropout, and differ by their masks alone. */
  stream: string
  shape: NetworkShape
  /** The tasks trained and the mask of each; null = all ones. One that rests takes no step: it is scored with the others. */
  tasks: { name: string; mask: Mask | null; rests?: boolean }[]
  /**
   * Where set, steps move nothing but the weights that both this and their task's mask keep, and their task's head: no bias, no
   * table, nothing shared. The forward pass goes through the whole mask as ever. So whatever keeps none of these weights, and
   * every task with another head, predicts the same to the bit afterwards.
   */
  free?: Mask
  settings: TrainingSettings
}

/** Steps that a training takes at the most. */
export function plannedSteps({ tasks, settings }: TrainingSpec, data: EncodedData): number {
  const sizes = tasks
    .filter(({ rests }) => !rests)
    .map(({ name }) => {
      const sentences = data.tasks.find((task) => task.name === name)!.train.sentenceStart.length - 1
      return { sentences, batches: Math.ceil(sentences / settings.optimizer.batchSize) }
    })
  return Math.min(settings.epochs * stepsPerEpoch(sizes), settings.maxSteps ?? Infinity)
}
