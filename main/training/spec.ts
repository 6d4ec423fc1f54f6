/**
 * What one training is: its tasks, their masks, its settings. Structured-clonable, for it is sent to training threads.
 */
import type { JointConfig, OptimizerConfig } from '../../shared/settings/config.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import type { EncodedData, EncodedSplit, SpellingTable } from '../data/types.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import type { SettleSettings } from '../pruning/settle.ts'
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
  /** The mean of the weights after each epoch from this one on (from 1) takes their place in scores and result. */
  averageFrom: number | null
  /** Ends a training of one task once the mask that pruning would give settles; null: never. */
  settle: SettleSettings | null
  sampling: JointConfig['sampling']
  /** The weights that the training yields: those of the best epoch on dev, or the last ones (warmup). */
  keep: 'best' | 'last'
}

export interface TrainingSpec {
  id: TrainingId
  seed: number
  /** Names the random streams: trainings with the same name see the same batches and dropout. */
  stream: string
  shape: NetworkShape
  /** The tasks and their masks; null = all ones. A frozen task takes no step, but is scored with the others. */
  tasks: { name: string; mask: Mask | null; frozen?: boolean }[]
  /**
   * Where set, a step moves only the weights that both this mask and its task's mask keep, and its task's head: no
   * bias, no table, nothing else that is shared. The forward pass uses the whole mask of the task as always. So every
   * other task whose mask keeps none of these weights predicts the same bits afterwards.
   */
  trainableMask?: Mask
  settings: TrainingSettings
  /** Test splits that are scored after every epoch for an analysis (see choiceOnTest). No choice depends on them. */
  sealed?: SealedSplits
}

/** By task; a task without a test split is missing. */
export interface SealedSplits {
  spellings: SpellingTable
  tasks: ReadonlyMap<string, { split: EncodedSplit; tagNames: string[] }>
}

/** The most steps that a training takes. */
export function plannedSteps({ tasks, settings }: TrainingSpec, data: EncodedData): number {
  const sizes = tasks
    .filter(({ frozen }) => !frozen)
    .map(({ name }) => {
      const sentences = data.tasks.find((task) => task.name === name)!.train.sentenceStart.length - 1
      return { sentences, batches: Math.ceil(sentences / settings.optimizer.batchSize) }
    })
  return Math.min(settings.epochs * stepsPerEpoch(sizes), settings.maxSteps ?? Infinity)
}
