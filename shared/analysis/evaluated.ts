/** What the networks of a run predicted on dev and on test, kept so that test is read once. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'
import type { ScoreName } from '../runs/training.ts'
import type { TagScheme } from '../tags/tags.ts'

export const EVALUATED_SPLITS = ['dev', 'test'] as const
export type EvaluatedSplitName = (typeof EVALUATED_SPLITS)[number]

/** How the tags of a task read, by tag id. */
export interface TagDescription {
  kind: 'span' | 'token'
  score: ScoreName
  /** Scheme of tagNames; null for token tasks. */
  scheme: TagScheme | null
  /** Tags by id: those of train, then those that only dev or test have. */
  tagNames: string[]
}

/** The gold tags of one task on one split of S sentences and N tokens. */
export interface EvaluatedSplit extends TagDescription {
  task: string
  split: EvaluatedSplitName
  /** [S + 1] first token of each sentence; the last entry is N. */
  sentenceStart: Int32Array
  /** [N] tag ids. */
  gold: Int32Array
  /** [N] frequency in train and capitalisation of each token: see traits.ts. */
  traits: Uint8Array
}

/** What one method predicted there. */
export interface Prediction {
  /** [N] tag ids, as they were scored. */
  tags: Int32Array
  /** [N] probability of each predicted tag given its sentence, in steps of 1/255. */
  confidence: Uint8Array
  /** [N] the same after the scores were divided by the temperature. */
  calibrated: Uint8Array
  /** Fitted on dev (main/nn/temperature.ts); 1 leaves the probabilities as they are. */
  temperature: number
}

export interface MethodPrediction extends Prediction {
  method: Method
}

/** One task on one split with what the methods predicted there. */
export interface StoredEvaluation {
  evaluated: EvaluatedSplit
  predictions: MethodPrediction[]
}

/** The evaluated splits of a run, without their arrays. */
export interface EvaluationInfo {
  task: string
  split: EvaluatedSplitName
  /** In the order of METHODS. */
  methods: Method[]
}

/** Where the evaluations of a run are read from: the store. */
export interface EvaluationSource {
  listEvaluations(run: string): EvaluationInfo[]
  loadEvaluation(run: string, split: EvaluatedSplitName, task: string): EvaluatedSplit | null
  loadPrediction(run: string, evaluated: EvaluatedSplit, method: Method): Prediction | null
}

/** What runs of versions that kept no predictions are said to lack. */
export const NO_PREDICTIONS =
  'This run has no figures per label: it was evaluated by an earlier version, which kept no predictions.'
