/** Evaluations that were looked at recently: read, decoded and counted once. A stored evaluation never changes. */
import { LRUCache } from 'lru-cache'
import type { EvaluatedSplit, EvaluatedSplitName, MethodPrediction } from '../../../shared/analysis/evaluated.ts'
import { happeningsOf, type Happenings } from '../../../shared/analysis/sentenceFilter.ts'
import {
  analyseTask,
  detailTask,
  type MethodDetails,
  type TaskAnalysis,
} from '../../../shared/analysis/taskAnalysis.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import { METHODS, type Method } from '../../../shared/settings/methods.ts'
import { StoreError, type Store } from '../../store/index.ts'
import { wordsOf, type FoundWords } from './words.ts'

/** Tasks and splits that are kept: those of two runs with three tasks. */
const MAX_ENTRIES = 12

/** One task on one split of a run. */
export interface CachedEvaluation {
  evaluated: EvaluatedSplit
  predictions: MethodPrediction[]
  analysis(): TaskAnalysis
  details(): MethodDetails[]
  happenings(method: Method): Happenings
  words(): Promise<FoundWords>
}

export class AnalysisCache {
  private readonly store: Store
  private readonly entries = new LRUCache<string, CachedEvaluation>({ max: MAX_ENTRIES })

  constructor(store: Store) {
    this.store = store
  }

  /** Throws a StoreError 'missing' where the run has kept no predictions for the task on the split. */
  get(run: RunRecord, task: string, split: EvaluatedSplitName): CachedEvaluation {
    const key = JSON.stringify([run.id, task, split])
    const known = this.entries.get(key)
    if (known !== undefined) return known
    const found = this.load(run, task, split)
    // A run that is still at work may be evaluated again.
    if (run.status === 'finished') this.entries.set(key, found)
    return found
  }

  /** Whether the run has kept predictions for the task on the split. */
  has(run: RunRecord, task: string, split: EvaluatedSplitName): boolean {
    return this.store.listEvaluations(run.id).some((one) => one.task === task && one.split === split)
  }

  private load(run: RunRecord, task: string, split: EvaluatedSplitName): CachedEvaluation {
    const { store } = this
    const evaluated = store.loadEvaluation(run.id, split, task)
    if (evaluated === null) throw new StoreError('missing', `Run ${run.id} has no predictions of ${task} on ${split}.`)
    const predictions = METHODS.flatMap((method) => {
      const prediction = store.loadPrediction(run.id, evaluated, method)
      return prediction === null ? [] : [{ method, ...prediction }]
    })
    let analysis: TaskAnalysis | null = null
    let details: MethodDetails[] | null = null
    let words: FoundWords | null = null
    const happenings = new Map<Method, Happenings>()
    return {
      evaluated,
      predictions,
      analysis: () => (analysis ??= analyseTask(evaluated, predictions)),
      details: () => (details ??= detailTask(evaluated, predictions)),
      happenings(method) {
        const own = predictions.find((one) => one.method === method)
        if (own === undefined)
          throw new StoreError('missing', `Run ${run.id} has no predictions of ${method} for ${task} on ${split}.`)
        const found = happenings.get(method) ?? happeningsOf(evaluated, own.tags)
        happenings.set(method, found)
        return found
      },
      async words() {
        // Words that are missing may come back.
        if (words === null || words.words === null) words = await wordsOf(store, run, evaluated)
        return words
      },
    }
  }
}
