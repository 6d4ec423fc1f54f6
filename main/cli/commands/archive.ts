/** `archive` and `unarchive`: a run as one file, to keep it or to move it to another machine. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { archiveName } from '../../../shared/runs/archive.ts'
import { bytes } from '../../../shared/util/format.ts'
import type { ParsedArgs } from '../args.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { CommandError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { shownStatus } from '../status.ts'
import { closing, databaseOf, requireStore, withStoreToRead } from '../stores.ts'

export const archive: Command = {
  name: 'archive',
  arguments: ['RUN'],
  summary: 'Save a run as one file, to keep it or to move it to another machine.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`. The file contains settings, masks, weights, metrics, ' +
      'scores and checkpoints, so an unfinished run can be resumed elsewhere. It contains neither the corpora nor ' +
      'the names of your folders. A run that is training is saved in its current state.',
  ],
  options: [
    databaseOption,
    {
      name: 'out',
      short: 'o',
      value: 'FILE',
      description: 'File to write (default: NAME-ID.sparserun in this folder). An existing file is not overwritten.',
    },
  ],
  settings: false,
  run: saveArchive,
}

export const unarchive: Command = {
  name: 'unarchive',
  arguments: ['FILE'],
  summary: 'Import a run that was saved with archive.',
  details: ['A damaged file, or one written by a newer version, is refused as a whole.'],
  options: [
    databaseOption,
    {
      name: 'as-copy',
      description: 'Import it under a new id, if this database already has the run in another state.',
    },
  ],
  settings: false,
  run: openArchive,
}

async function saveArchive(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  return withStoreToRead(args, context, (maybe, database) => {
    const store = requireStore(maybe, database)
    const run = store.findRun(args.arguments[0])
    const path = resolve(io.cwd, textOf(args, 'out') ?? archiveName(run))
    store.archiveRun(run.id, path, context.version)
    const status = store.listSummaries({ search: run.id }).find(({ id }) => id === run.id)
    const state =
      status === undefined || status.damaged !== null
        ? ', damaged'
        : status.status === 'finished'
          ? ''
          : `, ${shownStatus(status)}: it can be resumed wherever it is imported`
    io.stdout.write(`saved run ${run.id} (${run.name}${state}) as ${path}, ${bytes(statSync(path).size)}\n`)
    return EXIT.ok
  })
}

async function openArchive(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const asCopy = args.options.has('as-copy')
  const { openStore } = await context.core.store()
  const store = openStore(databaseOf(args, context))
  return closing(store, () => {
    const { run, name, outcome, missingFiles } = withCopyHint(() =>
      store.unarchiveRun(resolve(io.cwd, args.arguments[0]), { asCopy }),
    )
    io.stdout.write(
      outcome === 'present'
        ? `run ${run} (${name}) is already here in the same state; nothing was imported\n`
        : `imported run ${run} (${name})\n`,
    )
    if (missingFiles.length > 0 && store.getRun(run).status !== 'finished') {
      io.stdout.write(
        '  to resume it, import its corpora into the studio, or resume it in the folder that contains them: ' +
          `${missingFiles.join(', ')}\n`,
      )
    }
    return EXIT.ok
  })
}

/** Adds the flag that imports a copy to the error of a run that is already here. */
function withCopyHint<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if ((error as { code?: unknown }).code === 'exists')
      throw new CommandError(`${(error as Error).message}\nTo import it as a copy: --as-copy`, { cause: error })
    throw error
  }
}
