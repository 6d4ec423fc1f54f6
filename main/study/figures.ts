/** What a study's report is made of. Plain data. */
import type { Difference } from '../../shared/runs/bootstrap.ts'
import type { Method } from '../../shared/settings/methods.ts'
import type { ChangedSetting, RunRecord } from '../../shared/runs/records.ts'
import type { ScoreName } from '../../shared/runs/training.ts'
import type { Definition } from './definition.ts'
import type { Spread } from './statistics.ts'

export interface StudyReport {
  definition: Definition
  /** Without a sweep one, and its name null. */
  variants: VariantReport[]
  /** Settings unlike the paper's, by the first run. */
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
  subnets: SubnetReport[]
  overlaps: ({ a: string; b: string } & Overlap)[]
  /** Of a task's chosen mask with that of another seed, and with other tasks' of another seed; null with one seed. */
  stability: { task: string; own: Overlap; others: Overlap | null }[] | null
  curves: CurveReport[]
  pairs: PairReport[]
  combinations: CombinationReport[]
}

/** Overlap ratio of two masks, and what random masks of the same densities have. */
export interface Overlap {
  ratio: Spread
  chance: Spread
}

/** A task's dev scores, epoch by epoch, of those seeds that came so far. */
export interface CurveReport {
  task: string
  lines: { method: Method; dev: Spread[] }[]
}

/** Two tasks trained by themselves, with the subnets they chose: what sparse sharing gains over hard sharing, in points on test. */
export interface PairReport {
  pair: [string, string]
  overlap: Spread
  gains: Record<string, Spread>
}

/** Sparse sharing with subnets of given rounds: dev scores, for this is a choice. */
export interface CombinationReport {
  rounds: Record<string, number>
  densities: Record<string, number>
  dev: Record<string, Spread>
}

export interface MethodReport {
  method: Method
  params: Spread
  scores: Record<
    string,
    {
      dev: Spread
      test: Spread | null
      /** Test, over all seeds; null where there is nothing to compare with. */
      versusSingle: Difference | null
      versusHard: Difference | null
    }
  >
}

/** A task's way through the rounds of pruning: mean dev score over the seeds. */
export interface SubnetReport {
  task: string
  chosen: { seed: number; round: number; density: number }[]
  rounds: { round: number; density: number; dev: Spread }[]
}
