/** Errors of commands, and how they are reported. */
import { ConfigError } from '../config/problems.ts'
import { EXIT } from './io.ts'
import type { Io } from './io.ts'

/** The command line itself is wrong. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** A command failed. Exit code 1. */
export class CommandError extends Error {
  override name = 'CommandError'
}

/** Prints the error, with its stack if SPARSE_SHARING_DEBUG is set, and returns the exit code. */
export function reportError(error: unknown, io: Io): number {
  const lines = messageOf(error).split('\n')
  const prefixed =
    error instanceof ConfigError
      ? lines.map((line) => `error: ${line}`)
      : [`error: ${lines[0]}`, ...lines.slice(1).map((line) => (line.startsWith(' ') ? line : `  ${line}`))]
  io.stderr.write(prefixed.join('\n') + '\n')
  if (io.env.SPARSE_SHARING_DEBUG) io.stderr.write(stackOf(error))
  return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.failure
}

/** The stack, followed by the stacks of its causes. */
function stackOf(error: unknown): string {
  return error instanceof Error ? `${error.stack}\n${stackOf(error.cause)}` : ''
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message === '' ? 'an unknown error; set SPARSE_SHARING_DEBUG=1 to see its stack' : message
}
