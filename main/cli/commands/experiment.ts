/** `experiment`: one of the paper's, over several seeds, to one report. */
import { resolve } from 'node:path'
import type { Store } from '../../store/types.ts'
import type { PlannedRun, Study } from '../../study/index.ts'
import type { ParsedArgs } from '../args.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { nextCommands } from '../program.ts'
import { sit } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'

export const experiment: Command = {
  name: 'experiment',
  arguments: ['[NAME]'],
  summary: 'Repeat an experiment of the paper over several seeds, and write one report of it.',
  details: [
    'NAME is one of those that come with the program, or a file of your own made like them; without it they are listed.',
    'The corpora are yours: --data names the folder they are in. Every setting is a flag too, e.g. a smaller budget:',
    '  sparse-sharing experiment exp1 --data corpora --imp.epochs 5 --joint.epochs 10',
    'What was trained is not trained again: after Ctrl-C or a crash, the same command goes on.',
    'The report (Markdown, HTML, CSV, pictures) is written after every run that ends.',
  ],
  options: [
    databaseOption,
    {
      name: 'data',
      value: 'FOLDER',
      description: 'Folder with the corpora: their files, or a folder for each by its name.',
    },
    { name: 'seeds', value: 'LIST', description: 'Seeds in place of the experiment’s, e.g. 1,2,3.' },
    {
      name: 'out',
      value: 'FOLDER',
      description: 'Where the report goes (default: a folder of the experiment’s name).',
    },
    { name: 'pairs', description: 'Then every pair of tasks by itself: overlap against gain over hard sharing.' },
    {
      name: 'densities',
      value: 'LIST',
      description: 'Then every combination of these densities for the tasks’ subnets, e.g. 1,0.5,0.25.',
    },
    { name: 'report', description: 'Train nothing: write the report of what is finished.' },
  ],
  settings: true,
  run: runStudy,
}

async function runStudy(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const studies = await context.core.study()
  const [name] = args.arguments
  if (name === undefined) {
    for (const one of studies.definitionNames())
      io.stdout.write(`${one.padEnd(10)} ${studies.readDefinition(one).title}\n`)
    return EXIT.ok
  }
  const { analyses, ...rest } = studies.readDefinition(name)
  const definition = {
    ...rest,
    analyses: {
      pairs: analyses.pairs || args.options.has('pairs'),
      densities: densitiesOf(textOf(args, 'densities')) ?? analyses.densities,
    },
  }
  const data = textOf(args, 'data')
  const study = studies.planStudy({
    definition,
    data: data === undefined ? null : resolve(io.cwd, data),
    flags: args.settings,
    shortcuts: args.shortcuts,
    problems: args.problems,
    cwd: io.cwd,
    seeds: seedsOf(textOf(args, 'seeds')),
  })
  const out = resolve(io.cwd, textOf(args, 'out') ?? definition.name)
  const core = await context.core.all()
  const store = core.openStore(databaseOf(args, context))
  return closing(store, async () => {
    const train = (runs: readonly PlannedRun[]) => trainAll(store, study, runs, out, args, context)
    let ended: number = EXIT.ok
    if (!args.options.has('report')) {
      ended = await train(study.runs)
      if (ended === EXIT.ok) ended = await train(studies.followUps(store, study))
    }
    if (ended === EXIT.ok) for (const file of studies.writeReports(store, study, out)) io.stdout.write(`${file}\n`)
    return ended
  })
}

/** Every run to its end, one after the other: each takes all cores. */
async function trainAll(
  store: Store,
  study: Study,
  runs: readonly PlannedRun[],
  out: string,
  args: ParsedArgs,
  context: Context,
): Promise<number> {
  const { io } = context
  const [core, studies] = [await context.core.all(), await context.core.study()]
  for (const [n, planned] of runs.entries()) {
    const begun = studies.runOf(store, study, planned)
    const title = `run ${n + 1} of ${runs.length}: ${planned.config.name}`
    if (begun?.status === 'finished') {
      io.stdout.write(`${title}  ${begun.id}, finished before\n`)
      continue
    }
    // With its tag from the start: a run that was interrupted before it had one would be trained twice.
    const run =
      begun === null
        ? await core.createExperiment(store, planned.config, '', { tags: [studies.studyTag(study.definition)] })
        : { runId: begun.id, warnings: [] }
    io.stdout.write(`${title}  ${run.runId}\n`)
    const ended = await sit(io, core, store, { ...run, json: null, ...nextCommands(run.runId, args, io) })
    if (ended !== EXIT.ok) return ended
    studies.writeReports(store, study, out)
  }
  return EXIT.ok
}

/** Throws a UsageError. */
function densitiesOf(text: string | undefined): number[] | null {
  const densities = text?.split(',').map(Number) ?? null
  if (densities?.some((density) => !(density > 0 && density <= 1)))
    throw new UsageError(
      `--densities: found ${JSON.stringify(text)}, expected fractions above 0 up to 1 separated by commas, e.g. 1,0.5,0.25`,
    )
  return densities
}

/** Throws a UsageError. */
function seedsOf(text: string | undefined): number[] | null {
  if (text === undefined) return null
  const seeds = text.split(',').map((one) => (/^\d+$/.test(one.trim()) ? Number(one) : NaN))
  if (seeds.some((seed) => !(seed <= 0xffffffff)))
    throw new UsageError(`--seeds: found ${JSON.stringify(text)}, expected numbers separated by commas, e.g. 1,2,3`)
  return seeds
}
