/** A report of six methods, five tasks and three seeds, made of drawn numbers. */
import type { ExperimentReport } from '../../main/experiments/figures.ts'
import type { Difference } from '../../shared/runs/bootstrap.ts'
import { METHODS } from '../../shared/settings/methods.ts'
import { spread } from '../../shared/util/spread.ts'

const TASKS = ['pos', 'chunk', 'ner', 'supersense', 'frames']
const PAIRS = TASKS.flatMap((a, i) => TASKS.slice(i + 1).map((b): [string, string] => [a, b]))

/** `scores` makes one score in percent from a number from 0 to 1; the numbers are the same at every call. */
export function wideReport(scores = (part: number) => 60 + 40 * part): ExperimentReport {
  let state = 7
  const part = () => (state = (state * 48271) % 2147483647) / 2147483647
  const three = (make = () => scores(part())) => spread([make(), make(), make()])
  const difference = (): Difference => {
    const points = part() * 4 - 2
    return { points, low: points - 0.5, high: points + 0.5, p: part() < 0.5 ? part() * 0.002 : part() }
  }
  const forTasks = <T>(make: () => T) => Object.fromEntries(TASKS.map((task) => [task, make()]))
  const overlap = () => ({ ratio: three(part), chance: three(part) })
  return {
    definition: {
      title: 'Five tasks',
      about: 'Drawn numbers.',
      config: {},
      paper: { scores: {}, params: {}, notes: [] },
    },
    changes: [],
    environment: { product: '1.0.0', backend: 'native', isa: 'avx2', threads: 1, cpu: 'a processor' },
    datasets: [],
    unfinished: [],
    variants: [
      {
        variant: null,
        runs: [1, 2, 3].map((seed) => ({ id: String(seed), seed, workedSeconds: 60 })),
        tasks: TASKS.map((name) => ({ name, score: name === 'pos' ? 'accuracy' : 'spanF1' })),
        methods: METHODS.map((method) => ({
          method,
          params: spread([397000]),
          scores: forTasks(() => ({
            dev: three(),
            test: three(),
            versusSingle: method === 'single' ? null : difference(),
            versusHard: method === 'single' || method === 'hard' ? null : difference(),
          })),
        })),
        labels: [
          {
            task: 'ner',
            split: 'test',
            kind: 'span',
            labels: ['LOC', 'PER'].map((label) => ({
              label,
              gold: 1668,
              f1: new Map(METHODS.map((method) => [method, three()])),
            })),
          },
        ],
        subnets: TASKS.map((task, t) => ({
          task,
          chosen: [1, 2, 3].map((seed) => ({ seed, round: (t + seed) % 3, density: 0.8 })),
          rounds: [1, 0.8, 0.64].map((density, round) => ({ round, density, dev: three() })),
        })),
        overlaps: PAIRS.map(([a, b]) => ({ a, b, ...overlap() })),
        stability: TASKS.map((task) => ({ task, own: overlap(), others: overlap() })),
        curves: TASKS.map((task) => ({
          task,
          lines: METHODS.map((method) => ({ method, dev: Array.from({ length: 8 }, () => three()) })),
        })),
        pairs: PAIRS.map((pair) => ({ pair, overlap: three(part), gains: forTasks(() => three()) })),
        combinations: [1, 2].map((round) => ({
          rounds: forTasks(() => round),
          densities: forTasks(() => part()),
          dev: forTasks(() => three()),
        })),
      },
    ],
  } as unknown as ExperimentReport
}
