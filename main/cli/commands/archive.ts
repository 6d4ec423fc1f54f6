/** `archive` and `unarchive`: a run as one file, to be kept or carried to another machine. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { archiveName } from '../../../shared/runs/archive.ts'
import { bytes } from '../../../shared/util/format.ts'
import { statusOf } from '../../../shared/runs/records.ts'
import type { ParsedArgs } from '../args.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { CommandError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { closing, databaseOf, requireStore, withStoreToRead } from '../stores.ts'

export const archive: Command = {
  name: 'archive',
  arguments: ['RUN'],
  summary: 'Save a run as one file, to keep it or to open it on another machine.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`. The file holds settings, masks, weights, metrics, scores and checkpoints, so that a run that was not finished can go on elsewhere. The corpora are not in it, nor the folders they lie in. A run that trains just now is saved as it is at this moment.',
  ],
  options: [
    databaseOption,
    {
      name: 'out',
      short: 'o',
      value: 'FILE',
      description: 'The file (default: NAME-ID.sparserun in this folder). One that is there is not overwritten.',
    },
  ],
  settings: false,
  run: saveArchive,
}

export const unarchive: Command = {
  name: 'unarchive',
  arguments: ['FILE'],
  summary: 'Bring in a run that was saved with archive.',
  details: ['A file that is damaged, or written by a newer version, is refused, and nothing of it is taken.'],
  options: [
    databaseOption,
    { name: 'as-copy', description: 'Give it a new id: for a run that is here already, in another state.' },
  ],
  settings: false,
  run: openArchive,
}

async function saveArchive(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  return withStoreToRead(args, context, (maybe, database) => {
    const store = requireStore(maybe, database)
    const run = store.getRun(args.arguments[0])
    const path = resolve(io.cwd, textOf(args, 'out') ?? archiveName(run))
    store.archiveRun(run.id, path, context.version)
    const state = run.status === 'finished' ? '' : `, ${statusOf(run)}: it can be resumed wherever it is opened`
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
    const { run, name, outcome, missingFiles } = told(() =>
      store.unarchiveRun(resolve(io.cwd, args.arguments[0]), { asCopy }),
    )
    io.stdout.write(
      outcome === 'present'
        ? `run ${run} (${name}) is here already, as the archive has it: nothing was done\n`
        : `brought in run ${run} (${name})\n`,
    )
    if (missingFiles.length > 0 && store.getRun(run).status !== 'finished') {
      io.stdout.write(
        `  to resume it, import its corpora into the studio, or resume it in the folder they lie in: ${missingFiles.join(', ')}\n`,
      )
    }
    return EXIT.ok
  })
}

/** Says how a copy is made, where that would help. */
function told<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if ((error as { code?: unknown }).code === 'exists')
      throw new CommandError(`${(error as Error).message}\nAs a copy: --as-copy`, { cause: error })
    throw error
  }
}
