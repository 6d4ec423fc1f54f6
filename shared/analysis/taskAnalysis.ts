/** The figures of one task on one split: first those that the page opens with, then the details. No Node, no DOM. */
import { confusionOf, type Confusion } from './confusion.ts'
import type { EvaluatedSplit, EvaluatedSplitName, MethodPrediction, TagDescription } from './evaluated.ts'
import { labelScores, type LabelScores } from './labels.ts'
import { reliabilityOf, type Reliability } from './reliability.ts'
import { sliceScores, type SliceGroup } from './slices.ts'
import { outcomesByLabel, type LabelOutcomes } from './spanErrors.ts'
import type { Method } from '../settings/methods.ts'

export interface MethodAnalysis {
  method: Method
  scores: LabelScores
  confusion: Confusion
  /** Null for token tasks, whose errors are all wrong tags. */
  outcomes: LabelOutcomes[] | null
}

export interface MethodDetails {
  method: Method
  slices: SliceGroup[]
  reliability: Reliability
  /** After division by the temperature that was fitted on dev. */
  calibrated: Reliability
  temperature: number
}

export interface TaskAnalysis {
  task: string
  split: EvaluatedSplitName
  kind: TagDescription['kind']
  sentences: number
  tokens: number
  methods: MethodAnalysis[]
}

export function analyseTask(evaluated: EvaluatedSplit, predictions: readonly MethodPrediction[]): TaskAnalysis {
  const { task, split, kind, sentenceStart, gold, tagNames } = evaluated
  return {
    task,
    split,
    kind,
    sentences: sentenceStart.length - 1,
    tokens: gold.length,
    methods: predictions.map(({ method, tags }) => ({
      method,
      scores: labelScores(evaluated, tags),
      confusion: confusionOf(tagNames, gold, tags),
      outcomes: kind === 'span' ? outcomesByLabel(evaluated, tags) : null,
    })),
  }
}

export function detailTask(evaluated: EvaluatedSplit, predictions: readonly MethodPrediction[]): MethodDetails[] {
  const { gold } = evaluated
  return predictions.map(({ method, tags, confidence, calibrated, temperature }) => ({
    method,
    slices: sliceScores(evaluated, tags),
    reliability: reliabilityOf(confidence, gold, tags),
    calibrated: reliabilityOf(calibrated, gold, tags),
    temperature,
  }))
}
