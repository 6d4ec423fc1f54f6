/** `extend`: adds tasks to a finished run, in a run of its own. */
import { extensionOf } from '../../config/extension.ts'
import { loadConfig } from '../../config/load.ts'
import type { ParsedArgs } from '../args.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { nextCommands } from '../program.ts'
import { sit } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'
import { stepsOption } from './train.ts'

export const extend: Command = {
  name: 'extend',
  arguments: ['RUN'],
  summary: 'Add tasks to a finished run: each new task finds its subnet, the old ones keep theirs.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`. Its settings, tasks and files are taken over; give what is new:',
    '  sparse-sharing extend last --train new.txt --dev newdev.txt --task topic=1',
    '  sparse-sharing extend last --task ner=3          another column of the corpus it has',
    'All tasks are then trained together anew. With --private the old ones are left as they are: only weights that none of them keeps are trained, and every one of their predictions stays the same to the bit.',
    'The result is a run of its own; the old one is not touched.',
  ],
  options: [
    databaseOption,
    jsonOption,
    stepsOption,
    { name: 'private', description: 'Train only what no old task keeps; old predictions stay as they are.' },
  ],
  settings: true,
  run: extendRun,
}

async function extendRun(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const json = args.options.has('json') ? { steps: args.options.has('steps') } : null
  const core = await context.core.all()
  const store = core.openStore(databaseOf(args, context))
  return closing(store, async () => {
    const problems = [...args.problems]
    const source = store.getRun(args.arguments[0])
    const { base, flags } = extensionOf(
      source,
      { how: args.options.has('private') ? 'private' : 'joint', flags: args.settings, shortcuts: args.shortcuts },
      problems,
    )
    const { config, baseDir } = loadConfig({ file: null, base, flags, shortcuts: [], problems, cwd: io.cwd })
    const created = await core.createExperiment(store, config, baseDir)
    if (json === null) io.stdout.write(`run ${created.runId}  ${config.name}\n`)
    return sit(io, core, store, { ...created, json, ...nextCommands(created.runId, args, io) })
  })
}
