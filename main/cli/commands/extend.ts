/** `extend`: adds tasks to a finished run, as a new run. */
import { extensionOf } from '../../config/extension.ts'
import { loadConfig } from '../../config/load.ts'
import type { ParsedArgs } from '../args.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { nextCommands } from '../program.ts'
import { runSession } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'
import { stepsOption } from './train.ts'

export const extend: Command = {
  name: 'extend',
  arguments: ['RUN'],
  summary: 'Add tasks to a finished run: each new task finds its subnet, the earlier ones keep theirs.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`. Its settings, tasks and files are reused; give only ' +
      'what is new:',
    '  sparse-sharing extend last --train new.txt --dev newdev.txt --task topic=1',
    '  sparse-sharing extend last --task ner=3          another column of its corpus',
    'Then all tasks are trained together again. With --private the earlier tasks stay as they are: only weights ' +
      'that none of them keeps are trained, and their predictions stay the same to the bit.',
    'The result is a new run; the earlier one is not changed.',
  ],
  options: [
    databaseOption,
    jsonOption,
    stepsOption,
    {
      name: 'private',
      description: 'Train only weights that no earlier task keeps; earlier predictions stay the same.',
    },
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
    const created = await core.createRun(store, config, baseDir)
    if (json === null) io.stdout.write(`run ${created.runId}  ${config.name}\n`)
    return runSession(io, core, store, { ...created, json, ...nextCommands(created.runId, args, io) })
  })
}
