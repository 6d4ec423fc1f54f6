/** `experiment`: repeats one of the paper's experiments over several seeds and writes one report. */
import { resolve } from 'node:path'
import type { Store } from '../../store/types.ts'
import type { PlannedRun, Experiment } from '../../experiments/index.ts'
import { brief } from '../../config/brief.ts'
import type { ParsedArgs } from '../args.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { UsageError } from '../errors.ts'
import { dryRun } from '../experiments/dryRun.ts'
import { EXIT } from '../io.ts'
import { nextCommands } from '../program.ts'
import { runSession } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'

export const experiment: Command = {
  name: 'experiment',
  arguments: ['[NAME]'],
  summary: 'Repeat an experiment of the paper over several seeds and write one report.',
  details: [
    'NAME is an experiment that comes with the program, or a file like theirs; without NAME they are listed.',
    'The corpora are not included: --data names the folder that contains them. Every setting is a flag too, for ' +
      'example for a smaller budget:',
    '  sparse-sharing experiment exp1 --data corpora --imp.epochs 5 --joint.epochs 10',
    'Finished runs are not trained again: after Ctrl-C or a crash, the same command continues.',
    'The report (Markdown, HTML, CSV, charts) is written after every finished run.',
  ],
  options: [
    databaseOption,
    {
      name: 'data',
      value: 'FOLDER',
      description: 'Folder with the corpora: their files, or one folder per corpus, named after it.',
    },
    { name: 'seeds', value: 'LIST', description: 'Seeds to use instead of the experiment’s, e.g. 1,2,3.' },
    {
      name: 'out',
      value: 'FOLDER',
      description: 'Folder of the report (default: the experiment’s name).',
    },
    { name: 'pairs', description: 'Also train every pair of tasks by itself: overlap against gain over hard sharing.' },
    {
      name: 'densities',
      value: 'LIST',
      description: 'Also train every combination of these densities of the tasks’ subnets, e.g. 1,0.5,0.25.',
    },
    {
      name: 'dry-run',
      description:
        'Train nothing and store nothing; list the work to do, what it depends on, and how long it takes here.',
    },
    { name: 'report', description: 'Train nothing; write the report of the finished runs.' },
  ],
  settings: true,
  run: runExperiment,
}

async function runExperiment(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const experiments = await context.core.experiments()
  const [name] = args.arguments
  if (name === undefined) {
    for (const one of experiments.definitionNames())
      io.stdout.write(`${one.padEnd(10)} ${experiments.readDefinition(one).title}\n`)
    return EXIT.ok
  }
  const { analyses, ...rest } = experiments.readDefinition(name)
  const definition = {
    ...rest,
    analyses: {
      pairs: analyses.pairs || args.options.has('pairs'),
      densities: densitiesOf(textOf(args, 'densities')) ?? analyses.densities,
    },
  }
  const data = textOf(args, 'data')
  const experiment = experiments.planExperiment({
    definition,
    data: data === undefined ? null : resolve(io.cwd, data),
    flags: args.settings,
    shortcuts: args.shortcuts,
    problems: args.problems,
    cwd: io.cwd,
    seeds: seedsOf(textOf(args, 'seeds')),
  })
  if (args.options.has('dry-run')) {
    await dryRun(experiment, context)
    return EXIT.ok
  }
  const out = resolve(io.cwd, textOf(args, 'out') ?? definition.name)
  const core = await context.core.all()
  const store = core.openStore(databaseOf(args, context))
  return closing(store, async () => {
    const train = (runs: readonly PlannedRun[]) => trainAll(store, experiment, runs, out, args, context)
    let code: number = EXIT.ok
    // The window lists what was trained, also by earlier versions, which stored no experiments.
    const hasRuns = () => experiment.runs.some((planned) => experiments.runOf(store, experiment, planned) !== null)
    if (!args.options.has('report') || hasRuns()) experiments.remember(store, experiment)
    if (!args.options.has('report')) {
      code = await train(experiment.runs)
      if (code === EXIT.ok) code = await train(experiments.followUps(store, experiment))
    }
    if (code === EXIT.ok)
      for (const file of experiments.writeReports(store, experiment, out)) io.stdout.write(`${file}\n`)
    return code
  })
}

/** Trains the runs one after the other, because each uses all cores. */
async function trainAll(
  store: Store,
  experiment: Experiment,
  runs: readonly PlannedRun[],
  out: string,
  args: ParsedArgs,
  context: Context,
): Promise<number> {
  const { io } = context
  const [core, experiments] = [await context.core.all(), await context.core.experiments()]
  for (const [n, planned] of runs.entries()) {
    const existing = experiments.runOf(store, experiment, planned)
    const title = `run ${n + 1} of ${runs.length}: ${planned.config.name}`
    if (existing?.status === 'finished') {
      io.stdout.write(`${title}  ${existing.id}, already finished\n`)
      continue
    }
    // Created with its tag: an interruption between the two would leave a run that is trained twice.
    const run =
      existing === null
        ? await core.createRun(store, planned.config, '', {
            tags: [experiments.experimentTag(experiment.definition)],
          })
        : { runId: existing.id, warnings: [] }
    io.stdout.write(`${title}  ${run.runId}\n`)
    const code = await runSession(io, core, store, { ...run, json: null, ...nextCommands(run.runId, args, io) })
    if (code !== EXIT.ok) return code
    experiments.writeReports(store, experiment, out)
  }
  return EXIT.ok
}

/** Throws a UsageError. */
function densitiesOf(text: string | undefined): number[] | null {
  const densities = text?.split(',').map(Number) ?? null
  if (densities?.some((density) => !(density > 0 && density <= 1)))
    throw new UsageError(
      `--densities: found ${brief(text)}, expected fractions above 0 up to 1 separated by commas, e.g. 1,0.5,0.25`,
    )
  return densities
}

/** Throws a UsageError. */
function seedsOf(text: string | undefined): number[] | null {
  if (text === undefined) return null
  const seeds = text.split(',').map((one) => (/^\d+$/.test(one.trim()) ? Number(one) : NaN))
  if (seeds.some((seed) => !(seed <= 0xffffffff)))
    throw new UsageError(`--seeds: found ${brief(text)}, expected numbers separated by commas, e.g. 1,2,3`)
  return seeds
}
