/** The result of a run: what `show` prints, `--json` emits and the studio draws. */
import type { Method } from '../settings/methods.ts'
import type { Score } from './training.ts'

/** One line of the result table. */
export interface MethodResult {
  method: Method
  /** Encoder parameters as the paper counts them: convolution and BiLSTM weights and biases. */
  params: number
  /** By task, where it has one: in a run that extends another, single networks and subnets are the new tasks'. Score on dev at the chosen epoch, and on test, which is read once at the very end (null without a test split). */
  scores: Record<string, { dev: Score; test: Score | null; bestEpoch: number }>
}

/** One mask a task could take: the outcome of one round of IMP. */
export interface Candidate {
  round: number
  /** Fraction of the prunable weights kept, and their number. */
  density: number
  kept: number
  dev: Score
}

export interface TicketReport {
  task: string
  candidates: Candidate[]
  /** Round of the chosen candidate: best dev score, on a tie the fewest weights; or the one that was picked by hand. */
  chosen: number
}

/** Overlap ratio OR = |∩M| / |∪M| over the given part of the network. */
export interface OverlapReport {
  all: number
  pairs: { a: string; b: string; ratio: number }[]
}

/** What a run added to the earlier run that it extends. */
export interface ExtensionReport {
  run: string
  how: 'joint' | 'private'
  /** The new tasks: weights that each one's subnet keeps, and how many of them no earlier task keeps. */
  added: { task: string; kept: number; own: number }[]
  /** private: the new tasks' train tokens whose word the earlier run's vocabulary lacks, of all; and how many spellings they are. Else null. */
  unknown: { spellings: number; tokens: number; of: number } | null
}

export interface Report {
  tasks: {
    name: string
    kind: 'span' | 'token'
    score: Score['name']
    tags: number
    train: number
    dev: number
    test: number | null
  }[]
  methods: MethodResult[]
  tickets: TicketReport[]
  /** Of the chosen masks; null unless there are at least two tasks with masks. */
  overlap: (OverlapReport & { layers: (OverlapReport & { layer: string })[] }) | null
  /** Number of prunable weights, the base of every density. */
  prunable: number
  /** Of a run that extends another. */
  extension?: ExtensionReport
}

/** The method whose mean dev score over the tasks is best, of those that have all of them; null where there is no report. */
export function bestMethod(report: Report | null): { method: Method; meanDev: number } | null {
  const all = report?.tasks.length ?? 0
  const methods = (report?.methods ?? [])
    .filter(({ scores }) => Object.keys(scores).length >= all)
    .map(({ method, scores }) => {
      const values = Object.values(scores).map(({ dev }) => dev.value)
      return { method, meanDev: values.reduce((a, b) => a + b, 0) / values.length }
    })
  return methods.toSorted((a, b) => b.meanDev - a.meanDev)[0] ?? null
}
