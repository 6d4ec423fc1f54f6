/** `experiment NAME --dry-run`: the work that an experiment consists of, and how long it takes on this machine. */
import type { Experiment, WorkCell } from '../../experiments/index.ts'
import { duration } from '../../../shared/util/format.ts'
import type { Context } from '../command.ts'
import { table } from '../table.ts'

/** Prints every cell of work. Runs that differ by seed alone take the same time: one of each variant is measured. */
export async function dryRun(experiment: Experiment, { core, io }: Context): Promise<void> {
  const cells = (await core.experiments()).workPlan(experiment)
  const estimate = await core.estimate()
  const estimates = new Map<string | null, Awaited<ReturnType<typeof estimate>>>()
  for (const { variant, config } of experiment.runs)
    if (!estimates.has(variant)) estimates.set(variant, await estimate(config))
  const estimateOf = (run: number) => estimates.get(experiment.runs[run].variant)!
  const seconds = ({ run, trainings }: WorkCell) =>
    trainings.reduce((sum, key) => sum + (estimateOf(run!).trainings.get(key) ?? 0), 0)

  const lines = table(
    [
      { title: 'cell' },
      { title: 'trainings', align: 'right' },
      { title: 'epochs\nat most', align: 'right' },
      { title: 'time\nat most', align: 'right' },
      { title: 'after' },
    ],
    cells.map((cell) => [
      cell.name,
      cell.trainings.length === 0 ? '–' : String(cell.trainings.length),
      cell.epochs === 0 ? '–' : String(cell.epochs),
      cell.trainings.length === 0 ? '–' : duration(seconds(cell)),
      afterOf(cell, cells),
    ]),
    { width: io.stdout.columns, shrink: [4] },
  )
  for (const line of lines) io.stdout.write(`${line}\n`)
  const total = experiment.runs.reduce((sum, _, run) => sum + estimateOf(run).seconds, 0)
  const { pairs, densities } = experiment.definition.analyses
  io.stdout.write(`\nAll runs one after the other on this machine: ${duration(total)}.\n`)
  if (pairs || densities.length > 0)
    io.stdout.write('Runs of pairs of tasks or of densities follow; they are known when the searches have ended.\n')
}

/** What it waits for, without the name of its run where that is the same. */
function afterOf({ run, needs }: WorkCell, cells: readonly WorkCell[]): string {
  if (needs.length === 0) return '–'
  if (run === null) return 'every test'
  const own = needs.map((need) => need.slice(need.lastIndexOf(': ') + 2))
  if (own.length > 1 && own.every((one) => one.startsWith('search, '))) return 'every search'
  return own.length === cells.filter((cell) => cell.run === run).length - 1 && own.length > 3
    ? 'all of its run'
    : own.join('; ')
}
