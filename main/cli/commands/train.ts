/** `train`: checks the settings and the data, records a run, trains it. */
import { loadConfig } from '../../config/load.ts'
import type { ParsedArgs } from '../args.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { nextCommands } from '../program.ts'
import { sit } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'

export const stepsOption = { name: 'steps', description: 'With --json: single steps too, not only epochs.' }

export const train: Command = {
  name: 'train',
  arguments: ['[CONFIG]'],
  summary: 'Train an experiment: find a subnet for each task, then train them jointly.',
  details: [
    'CONFIG is a YAML or JSON file (see `sparse-sharing config`). Every setting is a flag too and wins over the file.',
    'One corpus needs no file:',
    '  sparse-sharing train --train train.txt --dev dev.txt --test test.txt --task pos=1 --task chunk=2 --task ner=3',
    'Ctrl-C stops at a checkpoint, `sparse-sharing resume last` goes on to the same result.',
  ],
  options: [databaseOption, jsonOption, stepsOption],
  settings: true,
  run: trainExperiment,
}

async function trainExperiment(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const { settings: flags, shortcuts, problems } = args
  const { config, baseDir } = loadConfig({ file: args.arguments[0] ?? null, flags, shortcuts, problems, cwd: io.cwd })
  const json = args.options.has('json') ? { steps: args.options.has('steps') } : null
  const core = await context.core.all()
  const store = core.openStore(databaseOf(args, context))
  return closing(store, async () => {
    // At a terminal alone: what a script trains on is not for the machine of the day to decide.
    if (config.backend === 'auto' && io.stderr.isTTY)
      await (
        await context.core.devices()
      ).probeOnFirstStart(store, () =>
        io.stderr.write('measuring once which backend is the fastest here: a few seconds for each…\n'),
      )
    const created = await core.createExperiment(store, config, baseDir)
    if (json === null) io.stdout.write(`run ${created.runId}  ${config.name}\n`)
    return sit(io, core, store, { ...created, json, ...nextCommands(created.runId, args, io) })
  })
}
