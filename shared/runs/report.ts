/** The result of a run: `show` prints it, `--json` writes it, the window draws it. */
import type { Method } from '../settings/methods.ts'
import type { Score } from './training.ts'

/** One line of the result table. */
export interface MethodResult {
  method: Method
  /** Encoder parameters as the paper counts them: convolution and BiLSTM weights and biases. */
  params: number
  /**
   * By task: the score on dev at the chosen epoch, and on test, which is read once at the very end (null without a test
   * split). In a run that extends another, `single` and `subnet` have only the new tasks.
   */
  scores: Record<string, { dev: Score; test: Score | null; bestEpoch: number }>
}

/** A candidate for a task's subnet: the outcome of one round of IMP. */
export interface Candidate {
  round: number
  /** Fraction of the prunable weights kept, and their number. */
  density: number
  kept: number
  dev: Score
  /** The round only found a mask, and its dev score is that of a short training. It cannot be chosen. */
  searchOnly?: boolean
}

export interface TicketReport {
  task: string
  candidates: Candidate[]
  /**
   * Round of the chosen candidate: best on dev, on a tie the one with the fewest weights; or the one that a person
   * picked.
   */
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
  /** For each new task, the number of weights that its subnet keeps, and how many of these no earlier task keeps. */
  added: { task: string; kept: number; own: number }[]
  /**
   * private: the new tasks' train tokens whose word is not in the earlier run's vocabulary, and their distinct
   * spellings. Else null.
   */
  unknown: { spellings: number; tokens: number; of: number } | null
}

/** An epoch of joint training, and what the network of that epoch scores on test. */
export interface EpochChoice {
  /** The split by whose scores the epoch is chosen. `test`: not a result, for it is chosen by what it is judged by. */
  by: 'dev' | 'test'
  /** An epoch for each task, or one for all by the mean of their scores, as this program does on dev. */
  perTask: boolean
  /** By task: the epoch, counted from 0, and the test score in percent. */
  tasks: Record<string, { epoch: number; test: number }>
}

/** The analysis choiceOnTest of one method. */
export interface ChoiceOnTest {
  method: Method
  choices: EpochChoice[]
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
  /** Overlap of the chosen masks; null unless at least two tasks have masks. */
  overlap: (OverlapReport & { layers: (OverlapReport & { layer: string })[] }) | null
  /** Number of prunable weights: densities are fractions of it. */
  prunable: number
  /** Only in a run that extends another. */
  extension?: ExtensionReport
  /** Only where the analysis was asked for. */
  choiceOnTest?: ChoiceOnTest[]
}

/** The method with the best mean dev score, among those that score all tasks; null without a report. */
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
