/** Groups of runs that differ by seed alone, side by side. */
import { pairedBootstrap, type Difference } from '../../shared/runs/bootstrap.ts'
import type { RunGroup } from '../../shared/runs/experiments.ts'
import { seedGroupName } from '../../shared/runs/seedGroups.ts'
import type { RunRecord, RunSummary } from '../../shared/runs/records.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { spread, type Spread } from '../../shared/util/spread.ts'
import type { Store } from '../store/types.ts'
import { testCounts } from './testCounts.ts'

type Finished = RunRecord & { report: NonNullable<RunRecord['report']> }

/**
 * The groups in this order; groups without runs are left out. Each seed counts once, with its newest finished run.
 * `baseline` is the group that the others are compared with, by the test that reports of experiments use.
 */
export function compareGroups(store: Store, groups: readonly string[], baseline: string): RunGroup[] {
  const summaries = store.listSummaries()
  const found = groups.flatMap((group) => {
    const members = summaries.filter((run) => run.group === group)
    return members.length === 0 ? [] : [{ group, members, finished: onePerSeed(store, members) }]
  })
  const reference = found.find(({ group }) => group === baseline)?.finished ?? []
  return found.map(({ group, members, finished }) => ({
    group,
    name: seedGroupName(members.map(({ name }) => name)),
    runs: members.map(({ id, name, seed, status }) => ({ id, name, seed, finished: status === 'finished' })),
    methods: METHODS.flatMap((method) => methodOf(method, finished)),
    versus: group === baseline ? {} : differences(store, finished, reference),
  }))
}

function onePerSeed(store: Store, members: readonly RunSummary[]): Finished[] {
  const seeds = new Map<number, Finished>()
  for (const { id, seed, status } of members) {
    if (status !== 'finished' || seeds.has(seed)) continue
    const run = store.getRun(id)
    if (run.report !== null) seeds.set(seed, { ...run, report: run.report })
  }
  return [...seeds.values()]
}

function methodOf(method: Method, runs: readonly Finished[]): RunGroup['methods'] {
  const lines = runs.flatMap(({ report }) => report.methods.filter((one) => one.method === method))
  if (lines.length === 0) return []
  const scores = runs[0].report.tasks.map(({ name }): [string, { dev: Spread; test: Spread | null }] => [
    name,
    {
      dev: spread(lines.map((line) => line.scores[name].dev.value))!,
      test: spread(lines.flatMap((line) => line.scores[name].test?.value ?? [])),
    },
  ])
  return [{ method, params: spread(lines.map(({ params }) => params))!, scores: Object.fromEntries(scores) }]
}

function differences(store: Store, runs: readonly Finished[], reference: readonly Finished[]): RunGroup['versus'] {
  if (runs.length === 0 || reference.length === 0 || !sameTest(runs[0], reference[0])) return {}
  const [mine, others] = [runs, reference].map((all) =>
    testCounts(
      store,
      all.map(({ id }) => id),
    ),
  )
  const methods = METHODS.flatMap((method) => {
    const tasks = runs[0].report.tasks.map(({ name }): [string, Difference | null] => {
      const [a, b] = [mine(method, name), others(method, name)]
      return [name, a.length === 0 || b.length === 0 || a[0].length !== b[0].length ? null : pairedBootstrap(a, b)]
    })
    return tasks.every(([, found]) => found === null) ? [] : [[method, Object.fromEntries(tasks)] as const]
  })
  return Object.fromEntries(methods)
}

/** The paired test compares the same sentences. */
function sameTest(a: Finished, b: Finished): boolean {
  const files = ({ datasets }: Finished) =>
    datasets
      .filter(({ split }) => split === 'test')
      .map(({ hash }) => hash)
      .toSorted()
      .join()
  return files(a) === files(b)
}
