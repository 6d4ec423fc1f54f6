/** `resume`: goes on with a run that was stopped, interrupted or failed. */
import { BACKENDS } from '../../../shared/devices/backends.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf } from '../choices.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { EXIT } from '../io.ts'
import { nextCommands } from '../program.ts'
import { sit } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'
import { stepsOption } from './train.ts'

export const resume: Command = {
  name: 'resume',
  arguments: ['RUN'],
  summary: 'Go on with a run where it stopped, to the same result.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`.',
    'It goes on on the backend that it began on, to the same bits. --backend moves it to another, for good: not to the same bits then.',
  ],
  options: [
    databaseOption,
    jsonOption,
    stepsOption,
    { name: 'backend', value: 'NAME', description: `Go on on this backend: ${BACKENDS.join(', ')}.` },
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
      if (json !== null) io.stdout.write(`${JSON.stringify({ type: 'report', run: run.id, report: run.report })}\n`)
      else io.stdout.write(`run ${run.id} is finished already; see: ${nextCommands(run.id, args, io).showCommand}\n`)
      return EXIT.ok
    }
    if (json === null) io.stdout.write(`run ${run.id}  ${run.name}\n`)
    return sit(io, core, store, {
      runId: run.id,
      json,
      warnings: [],
      ...(backend && { backend }),
      ...nextCommands(run.id, args, io),
    })
  })
}
