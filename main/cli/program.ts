/** The program's name as this user calls it, for commands suggested to them. */
import type { ParsedArgs } from './args.ts'
import { textOf } from './command.ts'
import type { Io } from './io.ts'

/** `npm run sparse-sharing --` if npm started us: `sparse-sharing` may not be on the path then. */
function program({ env }: Pick<Io, 'env'>): string {
  return env.npm_lifecycle_script?.includes('sparse-sharing.mjs') ? 'npm run sparse-sharing --' : 'sparse-sharing'
}

/** The commands that resume a run and that show it, with the --db that this command got. */
export function nextCommands(
  runId: string,
  args: ParsedArgs,
  io: Pick<Io, 'env'>,
): { resumeCommand: string; showCommand: string } {
  const db = textOf(args, 'db')
  const rest = `${runId}${db === undefined ? '' : ` --db ${/^[\w./:\\-]+$/.test(db) ? db : JSON.stringify(db)}`}`
  return { resumeCommand: `${program(io)} resume ${rest}`, showCommand: `${program(io)} show ${rest}` }
}
