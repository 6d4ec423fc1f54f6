/** `resume`: continues a run that was stopped, was interrupted or failed. */
import { BACKENDS } from '../../../shared/devices/backends.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf } from '../choices.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { EXIT } from '../io.ts'
import { nextCommands } from '../program.ts'
import { runSession } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'
import { stepsOption } from './train.ts'

export const resume: Command = {
  name: 'resume',
  arguments: ['RUN'],
  summary: 'Continue a run from its last checkpoint, to the same result.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`.',
    'It continues on the backend it started on, to the same bits. --backend moves it to another one for good; its ' +
      'result is then no longer the same to the bit.',
  ],
  options: [
    databaseOption,
    jsonOption,
    stepsOption,
    { name: 'backend', value: 'NAME', description: `Continue on this backend: ${BACKENDS.join(', ')}.` },
  ],
  settings: false,
  run: resumeRun,
}

async function resumeRun(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const backend = choiceOf(args, 'backend', BACKENDS)
  const core = await context.core.all()
  const store = core.openStore(databaseOf(args, context))
  return closing(store, async () => {
    const run = store.getRun(args.arguments[0])
    const json = args.options.has('json') ? { steps: args.options.has('steps') } : null
    if (run.status === 'finished') {
      if (json !== null) io.stdout.writeData(`${JSON.stringify({ type: 'report', run: run.id, report: run.report })}\n`)
      else io.stdout.write(`run ${run.id} is already finished; see: ${nextCommands(run.id, args, io).showCommand}\n`)
      return EXIT.ok
    }
    if (json === null) io.stdout.write(`run ${run.id}  ${run.name}\n`)
    return runSession(io, core, store, {
      runId: run.id,
      json,
      warnings: [],
      ...(backend && { backend }),
      ...nextCommands(run.id, args, io),
    })
  })
}
