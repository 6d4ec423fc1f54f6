/** Experiments, as the window shows them: several runs with one report. Plain data. */
import type { Method } from '../settings/methods.ts'
import type { Spread } from '../util/spread.ts'
import type { Difference } from './bootstrap.ts'
import type { RunStatus } from '../protocol/events.ts'
import type { ScoreName } from './training.ts'

export interface ExperimentSummary {
  id: string
  name: string
  title: string
  createdAt: string
  seeds: number[]
  methods: Method[]
  /** Number of runs, those of its analyses included as far as they are known. */
  planned: number
  finished: number
}

/** A run of an experiment: planned, or stored. */
export interface ExperimentCell {
  name: string
  seed: number
  /** Which value of the sweep it has; null without a sweep. */
  variant: string | null
  /** Whether it uses the subnets of a finished run, for an analysis. */
  followUp: boolean
  /** Null until it is created. */
  run: string | null
  status: RunStatus | 'interrupted' | null
  /** Trainings. */
  done: number
  planned: number
}

/** The scores of a method over seeds. */
export interface MethodReport {
  method: Method
  params: Spread
  scores: Record<
    string,
    {
      dev: Spread
      test: Spread | null
      /** On test, over all seeds; null where there is nothing to compare with. */
      versusSingle: Difference | null
      versusHard: Difference | null
    }
  >
}

/** A task's IMP curve: mean dev score over the seeds. */
export interface SubnetReport {
  task: string
  chosen: { seed: number; round: number; density: number }[]
  rounds: { round: number; density: number; dev: Spread }[]
}

/** The results of an experiment for each value of its sweep, over the finished seeds. */
export interface ExperimentResults {
  variants: {
    variant: string | null
    seeds: number
    tasks: { name: string; score: ScoreName }[]
    methods: MethodReport[]
    subnets: SubnetReport[]
  }[]
}

/** Runs as one line of a comparison. */
export interface RunGroup {
  /** See groupKey.ts. */
  group: string
  name: string
  runs: { id: string; name: string; seed: number; finished: boolean }[]
  /** Finished runs that its means are taken over. */
  counted: number
  methods: { method: Method; params: Spread; scores: Record<string, { dev: Spread; test: Spread | null }> }[]
  /** On test, against the same method of the baseline group over the seeds of both; by method, then task. */
  versus: Partial<Record<Method, Record<string, Difference | null>>>
}
