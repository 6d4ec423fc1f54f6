/** `serve`: serves the studio to a browser. */
import { LOG_LEVELS } from '../../../shared/util/log.ts'
import { brief } from '../../config/brief.ts'
import type { ParsedArgs } from '../args.ts'
import { openBrowser } from '../browser.ts'
import { choiceOf } from '../choices.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { stopOnSignals } from '../signals.ts'
import { databaseOf } from '../stores.ts'

export const serve: Command = {
  name: 'serve',
  arguments: [],
  summary: 'Serve the studio to a browser on this machine.',
  details: [
    'Prints the address to open and runs until Ctrl-C, which stops trainings at a checkpoint. Only this machine ' +
      'can reach it, and only with the token in the address: anyone who has that address can use the studio.',
    'To use it over SSH, run it on the remote machine, and on yours, with the same port:',
    '  ssh -N -L 4747:127.0.0.1:4747 USER@MACHINE',
    'then open the printed address. The token stays the same at the next start; it is kept in a file beside the database ' +
      'that only you can read. $SPARSE_SHARING_TOKEN sets the token, for scripts and for an address that stays the ' +
      'same: at least 32 characters of A-Z a-z 0-9 _ -, from a random source such as `openssl rand -hex 32`.',
  ],
  options: [
    databaseOption,
    {
      name: 'port',
      value: 'N',
      description: 'Port to listen on; 0 = any free one (default: 4747, or the next free one).',
    },
    { name: 'as', value: 'NAME', description: 'The name that decisions in annotation projects carry.' },
    { name: 'open', description: 'Open the address in the browser.' },
  ],
  settings: false,
  run: serveStudio,
}

async function serveStudio(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const port = portOf(args)
  const logLevel = choiceOf(args, 'log-level', LOG_LEVELS)
  const annotator = nameOf(args)
  const openServer = await context.core.loopbackServer()
  const server = await openServer({
    database: databaseOf(args, context),
    port,
    token: io.env.SPARSE_SHARING_TOKEN || null,
    ...(logLevel !== undefined && { logLevel }),
    ...(annotator !== undefined && { annotator }),
    note: (message) => io.stderr.write(`${message}\n`),
  })
  const signal = firstSignal(context)
  io.stdout.write(`Sparse Sharing Studio: ${server.address}  (stop with Ctrl-C)\n`)
  const removeFile = args.options.has('open') ? await openBrowser(server.address, io.env) : null
  if (args.options.has('open') && removeFile === null)
    io.stderr.write('no browser can be opened here: open the address yourself\n')
  await signal
  removeFile?.()
  io.stderr.write('stopping: trainings stop at a checkpoint…\n')
  await server.close()
  return EXIT.ok
}

/** Resolves at the first Ctrl-C; a second one exits at once. */
function firstSignal({ io }: Context): Promise<void> {
  return new Promise((resolve) => stopOnSignals(io, resolve))
}

/** Throws UsageError. */
function nameOf(args: ParsedArgs): string | undefined {
  const name = textOf(args, 'as')?.trim()
  if (name === '' || (name !== undefined && name.length > 100))
    throw new UsageError(`--as: found ${brief(name)}, expected a name of at most 100 characters`)
  return name
}

/** Null if none is given. Throws UsageError. */
function portOf(args: ParsedArgs): number | null {
  const text = textOf(args, 'port')
  if (text === undefined) return null
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port: found ${brief(text)}, expected a whole number from 0 to 65535`)
  return port
}
