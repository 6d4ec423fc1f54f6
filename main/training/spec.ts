/** What one training is: who is trained, under which masks, how. Structured-clonable: it travels to the training threads. */
import type { JointConfig, OptimizerConfig } from '../../shared/config.ts'
import type { Mask } from '../../shared/mask.ts'
import type { TrainingId } from '../../shared/training.ts'
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
  /** The tasks trained and the mask of each; null = all ones. */
  tasks: { name: string; mask: Mask | null }[]
  settings: TrainingSettings
}

/** Steps that a training takes at the most. */
export function plannedSteps({ tasks, settings }: TrainingSpec, data: EncodedData): number {
  const sizes = tasks.map(({ name }) => {
    const sentences = data.tasks.find((task) => task.name === name)!.train.sentenceStart.length - 1
    return { sentences, batches: Math.ceil(sentences / settings.optimizer.batchSize) }
  })
  return Math.min(settings.epochs * stepsPerEpoch(sizes), settings.maxSteps ?? Infinity)
}
