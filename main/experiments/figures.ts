/** The report of an experiment. Plain data. */
import type { MethodReport, SubnetReport } from '../../shared/runs/experiments.ts'
import type { EvaluatedSplitName } from '../../shared/analysis/evaluated.ts'
import type { Method } from '../../shared/settings/methods.ts'
import type { ChangedSetting, RunRecord } from '../../shared/runs/records.ts'
import type { ScoreName } from '../../shared/runs/training.ts'
import type { Definition } from './definition.ts'
import type { Spread } from '../../shared/util/spread.ts'

export interface ExperimentReport {
  definition: Definition
  /** One for each value of the sweep; without a sweep one, whose name is null. */
  variants: VariantReport[]
  /** Differences from the paper's settings, of the first run. */
  changes: ChangedSetting[]
  environment: RunRecord['environment']
  datasets: RunRecord['datasets']
  unfinished: { name: string; status: string }[]
}

export interface VariantReport {
  variant: string | null
  runs: { id: string; seed: number; workedSeconds: number }[]
  tasks: { name: string; score: ScoreName }[]
  methods: MethodReport[]
  labels: LabelReport[]
  subnets: SubnetReport[]
  overlaps: ({ a: string; b: string } & Overlap)[]
  /**
   * Overlap of a task's chosen mask with that of another seed, and with other tasks' of another seed; null with one
   * seed.
   */
  stability: { task: string; own: Overlap; others: Overlap | null }[] | null
  curves: CurveReport[]
  pairs: PairReport[]
  combinations: CombinationReport[]
}

/** The overlap ratio of two masks, and that of random masks of the same densities. */
export interface Overlap {
  ratio: Spread
  chance: Spread
}

/** A task's dev scores by epoch, over the seeds that reached it. */
export interface CurveReport {
  task: string
  lines: { method: Method; dev: Spread[] }[]
}

/**
 * Two tasks trained without the others, with their chosen subnets: gain of sparse over hard sharing, in points on test.
 */
export interface PairReport {
  pair: [string, string]
  overlap: Spread
  gains: Record<string, Spread>
}

/** Sparse sharing with the subnets of some rounds. Dev scores, because this is a choice. */
export interface CombinationReport {
  rounds: Record<string, number>
  densities: Record<string, number>
  dev: Record<string, Spread>
}

/** F1 of each label of a task over the seeds, on test where there is one, else on dev. */
export interface LabelReport {
  task: string
  split: EvaluatedSplitName
  kind: 'span' | 'token'
  /** `gold`: spans or tokens with the label in gold. */
  labels: { label: string; gold: number; f1: Map<Method, Spread> }[]
}
