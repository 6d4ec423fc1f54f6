/** `delete`: deletes a run and everything stored for it, or an experiment with or without its runs. */
import { bytes, counted, when } from '../../../shared/util/format.ts'
import type { ParsedArgs } from '../args.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { closing, databaseOf, requireStore, withStoreToRead } from '../stores.ts'

export const deleteCommand: Command = {
  name: 'delete',
  arguments: ['[RUN]'],
  summary: 'Delete a run and everything stored for it, or an experiment.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`. Asks for confirmation; scripts pass --yes.',
    'An experiment is deleted with --experiment instead of RUN. Its runs stay unless --with-runs is given.',
  ],
  options: [
    databaseOption,
    { name: 'experiment', value: 'NAME', description: 'Delete this experiment (name or id) instead of a run.' },
    { name: 'with-runs', description: 'With --experiment: also delete its runs.' },
    { name: 'yes', short: 'y', description: 'Delete without asking.' },
  ],
  settings: false,
  run: deleteRun,
}

async function deleteRun(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const experiment = textOf(args, 'experiment')
  if ((experiment === undefined) === (args.arguments.length === 0))
    throw new UsageError('delete needs either RUN or --experiment NAME')
  if (experiment !== undefined) return deleteExperiment(experiment, args, context)
  const run = await withStoreToRead(args, context, (store, path) =>
    requireStore(store, path).findRun(args.arguments[0]),
  )
  if (
    !args.options.has('yes') &&
    !(await confirmed(`Delete run ${run.id} (${run.name})? This cannot be undone. [y/N] `, context))
  ) {
    io.stderr.write('nothing was deleted\n')
    return EXIT.failure
  }
  const { openStore } = await context.core.store()
  const store = openStore(databaseOf(args, context))
  return closing(store, () => {
    const { freedBytes } = store.deleteRun(run.id)
    io.stdout.write(`deleted run ${run.id} (${run.name})${freedBytes > 0 ? `, ${bytes(freedBytes)} freed` : ''}\n`)
    return EXIT.ok
  })
}

async function deleteExperiment(reference: string, args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const experiments = await context.core.experiments()
  const withRuns = args.options.has('with-runs')
  const found = await withStoreToRead(args, context, (store, path) =>
    experiments
      .listExperiments(requireStore(store, path))
      .filter(({ id, name }) => id === reference || name === reference),
  )
  if (found.length === 0) throw new UsageError(`there is no experiment ${reference} in the database`)
  if (found.length > 1)
    throw new UsageError(
      `there are ${found.length} experiments ${reference}; give an id: ` +
        found.map(({ id, createdAt }) => `${id} (created ${when(createdAt)})`).join(', '),
    )
  const [{ id, name }] = found
  const what = withRuns ? `experiment ${name} and its runs` : `experiment ${name}, but not its runs`
  if (!args.options.has('yes') && !(await confirmed(`Delete ${what}? This cannot be undone. [y/N] `, context))) {
    io.stderr.write('nothing was deleted\n')
    return EXIT.failure
  }
  const { openStore } = await context.core.store()
  const store = openStore(databaseOf(args, context))
  return closing(store, () => {
    const runs = experiments.deleteExperiment(store, id, withRuns)
    io.stdout.write(`deleted experiment ${name} (${id})${withRuns ? ` and ${counted(runs.length, 'run')}` : ''}\n`)
    return EXIT.ok
  })
}

/** Throws UsageError if there is no terminal to ask on. */
async function confirmed(question: string, { io }: Context): Promise<boolean> {
  const answer = await io.ask(question)
  if (answer === null) throw new UsageError('there is no terminal to confirm on: pass --yes to delete')
  return /^y(es)?$/i.test(answer.trim())
}
