/** The input file of a command: a regular file by its path, anything that can only be read once as a stream. */
import { createReadStream, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError } from './errors.ts'
import type { Io } from './io.ts'

export interface Input {
  /** As messages show it. */
  name: string
  /** Null: read `bytes` instead, once. */
  path: string | null
  bytes(): AsyncIterable<Uint8Array>
}

/** `given` is a path or - for standard input. Throws CommandError for a folder or a device. */
export function inputOf(given: string | undefined, io: Pick<Io, 'cwd' | 'stdin'>): Input {
  if (given === undefined || given === '-' || given === '/dev/stdin')
    return { name: 'standard input', path: null, bytes: () => io.stdin.bytes() }
  const path = resolve(io.cwd, given)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFIFO()) return { name: given, path: null, bytes: () => createReadStream(path) }
  // A missing file and a folder are reported by the reader, with its own hints.
  if (stats !== undefined && !stats.isFile() && !stats.isDirectory())
    throw new CommandError(`${given} is a device or a socket, expected a file`)
  return { name: given, path, bytes: () => createReadStream(path) }
}
