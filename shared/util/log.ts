/** The log as the program's parts see it. The entry decides where it goes (main/log/). */

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Messages name what happened, never corpus text. `error` adds its stack. */
export interface Log {
  debug(message: string): void
  info(message: string): void
  warn(message: string, error?: unknown): void
  error(message: string, error?: unknown): void
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
