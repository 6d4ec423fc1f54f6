/** Groups of runs side by side: those that differ by seed alone, and those that a person chose. */
import { pairedBootstrap, type Difference } from '../../shared/runs/bootstrap.ts'
import type { RunGroup } from '../../shared/runs/experiments.ts'
import { ownGroupOf } from '../../shared/runs/groupKey.ts'
import { seedGroupName } from '../../shared/runs/seedGroups.ts'
import type { RunRecord, RunSummary } from '../../shared/runs/records.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { spread, type Spread } from '../../shared/util/spread.ts'
import { StoreError } from '../store/index.ts'
import type { Store } from '../store/types.ts'
import { testCounts } from './testCounts.ts'

type Finished = RunRecord & { report: NonNullable<RunRecord['report']> }

/**
 * The groups in this order; groups without runs are left out. In a group of seeds each seed counts once, with its newest
 * finished run; in a group that a person chose each finished run counts. `baseline` is the group that the others are
 * compared with, by the test that reports of experiments use. Throws a StoreError 'used' that names the runs of chosen
 * groups that cannot be compared.
 */
export function compareGroups(store: Store, groups: readonly string[], baseline: string): RunGroup[] {
  const summaries = store.listSummaries()
  const found = groups.flatMap((group) => {
    const members = membersOf(summaries, group)
    const isOwn = ownGroupOf(group) !== null
    return members.length === 0 ? [] : [{ group, members, finished: finishedOf(store, members, isOwn) }]
  })
  const chosen = found.filter(({ group }) => ownGroupOf(group) !== null)
  if (chosen.length > 0) requireComparable(found.flatMap(({ finished }) => finished))
  requireDisjoint(found)
  const reference = found.find(({ group }) => group === baseline)?.finished ?? []
  return found.map(({ group, members, finished }) => ({
    group,
    name: ownGroupOf(group)?.name ?? seedGroupName(members.map(({ name }) => name)),
    runs: members.map(({ id, name, seed, status }) => ({ id, name, seed, finished: status === 'finished' })),
    counted: finished.length,
    methods: METHODS.flatMap((method) => methodOf(method, finished)),
    versus: group === baseline ? {} : differences(store, finished, reference),
  }))
}

/** The runs of a group, by its key; runs that were deleted are left out. */
export function membersOf(summaries: readonly RunSummary[], key: string): RunSummary[] {
  const own = ownGroupOf(key)
  if (own === null) return summaries.filter(({ group }) => group === key)
  const ids = new Set(own.runs)
  return summaries.filter(({ id }) => ids.has(id))
}

function finishedOf(store: Store, members: readonly RunSummary[], everyRun: boolean): Finished[] {
  const runs = new Map<string, Finished>()
  for (const { id, seed, status } of members) {
    const key = everyRun ? id : String(seed)
    if (status !== 'finished' || runs.has(key)) continue
    const run = store.getRun(id)
    if (run.report !== null) runs.set(key, { ...run, report: run.report })
  }
  return [...runs.values()]
}

/** Means over runs need the same tasks with the same scores, on the same test sentences. */
function requireComparable(runs: readonly Finished[]): void {
  const [first, ...others] = runs
  const tasksOf = ({ report }: Finished) => report.tasks.map(({ name, score }) => `${name} (${score})`)
  const problems = others.flatMap((run) => {
    const [mine, expected] = [tasksOf(run), tasksOf(first)]
    if (mine.toSorted().join() !== expected.toSorted().join())
      return `“${run.name}” has the tasks ${mine.join(', ')}, “${first.name}” has ${expected.join(', ')}`
    return sameTest(run, first) ? [] : `“${run.name}” has other test files than “${first.name}”`
  })
  if (problems.length > 0) throw new StoreError('used', `These runs cannot be compared: ${problems.join('; ')}.`)
}

function requireDisjoint(groups: readonly { members: readonly RunSummary[] }[]): void {
  const seen = new Set<string>()
  for (const { id, name } of groups.flatMap(({ members }) => members)) {
    if (seen.has(id)) throw new StoreError('used', `The run “${name}” (${id}) is in two groups; expected in one.`)
    seen.add(id)
  }
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
