/** Runs a command line and returns its exit code. All effects go through `io` and `core`. */
import { brief } from '../config/brief.ts'
import { didYouMean, nearest } from '../config/nearest.ts'
import { parseArgs } from './args.ts'
import type { ParsedArgs } from './args.ts'
import type { Command, Context } from './command.ts'
import { allCommands, commands } from './commands/index.ts'
import { choiceOf } from './choices.ts'
import { reportError, UsageError } from './errors.ts'
import { commonOptions } from './commonOptions.ts'
import { EXIT } from './io.ts'
import { ConfigError } from '../config/problems.ts'
import { databaseOf } from './stores.ts'
import { LOG_LEVELS } from '../../shared/util/log.ts'

/** Loads the schema of settings, which the help describes. */
const help = () => import('./help.ts')

/** Runs the command; every error is reported on stderr. */
export async function main(argv: readonly string[], version: string, world: Omit<Context, 'version'>): Promise<number> {
  try {
    return await dispatch(argv, { ...world, version })
  } catch (error) {
    return reportError(error, world.io)
  }
}

async function dispatch(argv: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = argv
  const { stdout, stderr } = context.io
  if (name === '--version' || name === '-V') {
    stdout.write(`sparse-sharing ${context.version}\n`)
    return EXIT.ok
  }
  if (name === undefined) {
    stderr.write((await help()).overview(await allCommands(), stderr.columns))
    return EXIT.usage
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    const { overview, commandHelp } = await help()
    stdout.write(
      rest.length === 0
        ? overview(await allCommands(), stdout.columns)
        : commandHelp(await commandNamed(rest[0]), stdout.columns),
    )
    return EXIT.ok
  }
  return runCommand(await commandNamed(name), rest, context)
}

async function runCommand(command: Command, words: readonly string[], context: Context): Promise<number> {
  const args = parseArgs(words, {
    options: [...command.options, ...commonOptions],
    settings: command.settings ? (await import('./settingFlags.ts')).settingFlags : null,
    maxArguments: command.arguments.at(-1)?.includes('…') ? Infinity : command.arguments.length,
  })
  if (args.options.has('help')) {
    context.io.stdout.write((await help()).commandHelp(command, context.io.stdout.columns))
    return EXIT.ok
  }
  checkArguments(command, args)
  const level = choiceOf(args, 'log-level', LOG_LEVELS)
  try {
    return await command.run(args, context)
  } catch (error) {
    if (isUnexpected(error)) await context.core.log?.(databaseOf(args, context), level, `${command.name} failed`, error)
    throw error
  }
}

/** Whether an error is a bug of ours: what people can cause has a class or a code of its own. */
function isUnexpected(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
}

/** Throws UsageError or ConfigError. A command with settings reports their problems together with these. */
function checkArguments(command: Command, args: ParsedArgs): void {
  const required = command.arguments.filter((one) => !one.startsWith('['))
  if (args.arguments.length < required.length) {
    throw new UsageError(
      `${command.name} needs ${required.slice(args.arguments.length).join(' ')}; see: sparse-sharing help ` +
        `${command.name}`,
    )
  }
  if (!command.settings && args.problems.length > 0) throw new ConfigError(args.problems)
}

/** Throws UsageError. */
function commandNamed(name: string): Promise<Command> {
  const command = commands.find((one) => one.name === name || one.aliases?.includes(name))
  if (command !== undefined) return command.load()
  const near = didYouMean(nearest(name, [...commands.map((one) => one.name), 'help']))
  throw new UsageError(`${brief(name, '')} is not a command${near || '; see: sparse-sharing --help'}`)
}
