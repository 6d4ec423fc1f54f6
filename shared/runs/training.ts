/** Names and records of one training: a round of IMP, a joint phase, the warmup. No Node, no DOM. */
import type { JointMethod } from '../settings/methods.ts'

/**
 * warmup: MTW; imp: a round of iterative magnitude pruning of one task; search: a round that only finds the next mask;
 * the others: joint training.
 */
export type Phase = 'warmup' | 'imp' | 'search' | JointMethod

/** Phases of one task in one round. */
export function isRound(phase: Phase): phase is 'imp' | 'search' {
  return phase === 'imp' || phase === 'search'
}

/**
 * One training, from its start weights to its last epoch. `task` and `round` are set in rounds only (isRound); round 0
 * is dense.
 */
export interface TrainingId {
  phase: Phase
  task: string | null
  round: number | null
}

/** The id as text, e.g. `imp/ner/3`, `sparse`: the key of artifacts and checkpoints. */
export function trainingKey({ phase, task, round }: TrainingId): string {
  return isRound(phase) ? `${phase}/${task}/${round}` : phase
}

export type ScoreName = 'accuracy' | 'spanF1'

/** Score in percent. precision and recall only for spanF1 (conlleval counting). */
export interface Score {
  name: ScoreName
  value: number
  precision?: number
  recall?: number
  /** Mean loss per token, in nats, if computed. */
  loss?: number
}

/** One optimiser step. `step` counts from 0 within its training. */
export interface StepMetric {
  step: number
  epoch: number
  task: string
  /** Mean loss per token of the batch, in nats. */
  loss: number
  tokens: number
}

/** The end of one epoch, counted from 0: dev scores of the tasks trained. */
export interface EpochMetric {
  epoch: number
  /** Steps taken so far in this training. */
  step: number
  /** Mean training loss per token of the epoch, by task; null where a task was not drawn. */
  loss: Record<string, number | null>
  dev: Record<string, Score>
  /** Wall-clock seconds of training and evaluation. Not part of the reproducible result. */
  trainSeconds: number
  evalSeconds: number
  /** Whether this is the best epoch so far by mean dev score. */
  best: boolean
  /** In a search: how much the next mask differs from that of the epoch before, 0-1; null in the first epoch. */
  maskChange?: number | null
}

/** The result of a finished training. */
export interface TrainingResult {
  /** Fraction of the prunable weights its mask keeps, by task. */
  density: Record<string, number>
  bestEpoch: number
  epochs: number
  /** Dev scores of the best epoch, by task. */
  dev: Record<string, Score>
  /** Where the loss exploded and the training went on from its best epoch at half the rate: how often. */
  halvings?: number
  /** By task: test scores after every epoch, in percent. For the analysis choiceOnTest only; no choice reads them. */
  sealedTest?: Record<string, number[]>
}
