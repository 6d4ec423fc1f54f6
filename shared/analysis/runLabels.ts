/** The scores per label of a run, for reports, the model card and the command line. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'
import type { EvaluatedSplitName, EvaluationInfo, EvaluationSource, TagDescription } from './evaluated.ts'
import { labelScores, type LabelScore, type LabelScores, type Rates } from './labels.ts'

/** The scores of all methods for one task on one split. */
export interface TaskLabels {
  task: string
  split: EvaluatedSplitName
  kind: TagDescription['kind']
  methods: { method: Method; scores: LabelScores }[]
}

/** The scores of a run, in the order of `listEvaluations`; empty where it kept no predictions. */
export function labelsOfRun(
  source: EvaluationSource,
  run: string,
  wanted: (info: EvaluationInfo) => boolean = () => true,
): TaskLabels[] {
  return source
    .listEvaluations(run)
    .filter(wanted)
    .flatMap(({ task, split, methods }) => {
      const evaluated = source.loadEvaluation(run, split, task)
      if (evaluated === null) return []
      const scored = methods.flatMap((method) => {
        const prediction = source.loadPrediction(run, evaluated, method)
        return prediction === null ? [] : [{ method, scores: labelScores(evaluated, prediction.tags) }]
      })
      return [{ task, split, kind: evaluated.kind, methods: scored }]
    })
}

/** One line of a table of labels, or of its means. */
export interface LabelLine {
  label: string
  /** Null for the means. */
  gold: number | null
  rates: Map<Method, Rates>
}

export const MEANS = ['micro', 'macro', 'weighted'] as const

/** The labels of all methods, one line each, and their means. */
export function labelLines({ methods }: Pick<TaskLabels, 'methods'>): { labels: LabelLine[]; means: LabelLine[] } {
  const lines = new Map<string, LabelLine>()
  for (const { method, scores } of methods) {
    for (const one of scores.labels) {
      const line = lines.get(one.label) ?? { label: one.label, gold: one.gold, rates: new Map<Method, LabelScore>() }
      line.rates.set(method, one)
      lines.set(one.label, line)
    }
  }
  return {
    labels: [...lines.values()].toSorted((a, b) => (a.label < b.label ? -1 : 1)),
    means: MEANS.map((mean) => ({
      label: mean,
      gold: null,
      rates: new Map(methods.map(({ method, scores }) => [method, scores[mean]])),
    })),
  }
}
