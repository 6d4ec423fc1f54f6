/** `delete`: deletes a run and everything stored for it. */
import { bytes } from '../../../shared/util/format.ts'
import type { ParsedArgs } from '../args.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { closing, databaseOf, requireStore, withStoreToRead } from '../stores.ts'

export const deleteCommand: Command = {
  name: 'delete',
  arguments: ['RUN'],
  summary: 'Delete a run and everything stored for it.',
  details: ['RUN is an id, the beginning of one, a name, or `last`. Asks for confirmation; scripts pass --yes.'],
  options: [databaseOption, { name: 'yes', short: 'y', description: 'Delete without asking.' }],
  settings: false,
  run: deleteRun,
}

async function deleteRun(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
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

/** Throws UsageError if there is no terminal to ask on. */
async function confirmed(question: string, { io }: Context): Promise<boolean> {
  const answer = await io.ask(question)
  if (answer === null) throw new UsageError('there is no terminal to confirm on: pass --yes to delete')
  return /^y(es)?$/i.test(answer.trim())
}
