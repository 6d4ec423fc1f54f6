/** How this user calls the program, for commands that are suggested to them. */
import type { ParsedArgs } from './args.ts'
import { textOf } from './command.ts'
import type { Io } from './io.ts'

/** `npm run sparse-sharing --` for who came by a script of npm: they may have no `sparse-sharing` on their path. */
function program({ env }: Pick<Io, 'env'>): string {
  return env.npm_lifecycle_script?.includes('sparse-sharing.mjs') ? 'npm run sparse-sharing --' : 'sparse-sharing'
}

/** The commands that go on with a run and that show it; a database named by flag must be named again. */
export function nextCommands(
  runId: string,
  args: ParsedArgs,
  io: Pick<Io, 'env'>,
): { resumeCommand: string; showCommand: string } {
  const db = textOf(args, 'db')
  const rest = `${runId}${db === undefined ? '' : ` --db ${/^[\w./:\\-]+$/.test(db) ? db : JSON.stringify(db)}`}`
  return { resumeCommand: `${program(io)} resume ${rest}`, showCommand: `${program(io)} show ${rest}` }
}
