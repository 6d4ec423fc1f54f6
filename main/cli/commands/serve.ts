/** `serve`: the studio in a browser. */
import type { ParsedArgs } from '../args.ts'
import { openBrowser } from '../browser.ts'
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
  summary: 'Open the studio in a browser of this machine.',
  details: [
    'Prints the address to open and stays until Ctrl-C, which stops what trains at a checkpoint. Only this machine reaches it, and only with the token in the address: whoever has that address can use the studio.',
    'On a machine that is reached by SSH, run it there, and on the machine with the browser, with the same port:',
    '  ssh -N -L 4747:127.0.0.1:4747 USER@MACHINE',
    'then open the address as it was printed. $SPARSE_SHARING_TOKEN sets the token, for scripts and for an address that stays: at least 32 of A-Z a-z 0-9 _ -, from a good source such as `openssl rand -hex 32`.',
  ],
  options: [
    databaseOption,
    {
      name: 'port',
      value: 'N',
      description: 'Port to listen on; 0 for any that is free (default: 4747, or the next that is free).',
    },
    { name: 'open', description: 'Open the address in the browser.' },
  ],
  settings: false,
  run: serveStudio,
}

async function serveStudio(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const port = portOf(args)
  const openDoor = await context.core.door()
  const door = await openDoor({
    database: databaseOf(args, context),
    port,
    token: io.env.SPARSE_SHARING_TOKEN || null,
    note: (message) => io.stderr.write(`${message}\n`),
  })
  const end = signalled(context)
  io.stdout.write(`Sparse Sharing Studio: ${door.address}  (Ctrl-C ends it)\n`)
  const forget = args.options.has('open') ? await openBrowser(door.address, io.env) : null
  if (args.options.has('open') && forget === null)
    io.stderr.write('there is no browser to open here: open the address yourself\n')
  await end
  forget?.()
  io.stderr.write('ending: what trains stops at a checkpoint …\n')
  await door.close()
  return EXIT.ok
}

/** Settles at the first Ctrl-C; a second one leaves at once. */
function signalled({ io }: Context): Promise<void> {
  return new Promise((resolve) => stopOnSignals(io, resolve))
}

/** Null where none is given. Throws UsageError. */
function portOf(args: ParsedArgs): number | null {
  const text = textOf(args, 'port')
  if (text === undefined) return null
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port: found ${JSON.stringify(text)}, expected a whole number from 0 to 65535`)
  return port
}
