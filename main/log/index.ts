/**
 * The log: JSON lines (pino) in a rotating file beside the database, for bug reports. It has what happened, errors with
 * their stacks, run ids; never text of a corpus.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import pino from 'pino'
import { createStream } from 'rotating-file-stream'
import type { Disposable } from '../../shared/util/disposable.ts'
import { silentLog, type Log, type LogLevel } from '../../shared/util/log.ts'

/** Five files of 1 MB. */
const MAX_SIZE = '1M'
const MAX_FILES = 5
/** About a screen of lines, for *Copy diagnostics*. */
const TAIL_LINES = 60

export interface FileLog extends Log, Disposable {
  /** Null where nothing is written. */
  readonly path: string | null
  /** The last lines, without corpus text. */
  tail(): string
}

/** The log file of a database: `studio.log` beside `studio.db`. */
export function logPath(database: string): string {
  return join(dirname(database), `${basename(database, extname(database))}.log`)
}

/**
 * Opens the log of a database. A log that cannot be written, e.g. in a read-only folder, is silent: it must not keep the
 * program from working.
 */
export function openLog(database: string, level: LogLevel = 'info'): FileLog {
  if (database === ':memory:' || level === 'silent') return { ...silentLog, path: null, tail: () => '', dispose() {} }
  const path = logPath(database)
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch {
    // Opening the database reports the folder.
  }
  const stream = createStream(basename(path), { path: dirname(path), size: MAX_SIZE, maxFiles: MAX_FILES })
  // Without listeners an error of the disk would end the program.
  stream.on('error', () => {})
  stream.on('warning', () => {})
  const logger = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stream)
  return {
    path,
    debug: (message) => logger.debug(message),
    info: (message) => logger.info(message),
    warn: (message, error) => logger.warn(described(error), message),
    error: (message, error) => logger.error(described(error), message),
    tail: () => lastLines(path),
    dispose: () => new Promise((resolve) => stream.end(() => resolve())),
  }
}

/** Stack, code and message of an error. Messages of the data's checks quote corpus text, so of these only the code is logged. */
function described(error: unknown): object {
  if (error === undefined || error === null) return {}
  const { stack, message, code } = error as { stack?: unknown; message?: unknown; code?: unknown }
  if (code === 'badData' || code === 'notACorpus' || code === 'notAnnotated' || code === 'problems') return { code }
  return { code, stack: stack ?? message }
}

function lastLines(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
  } catch {
    return ''
  }
}
