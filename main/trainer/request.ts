/** Requests to a training process: a task, its answer, its end. */
import type { FromTrainer, TrainerTask } from './messages.ts'
import type { TrainerProcess } from './types.ts'

/**
 * A problem with a training. `code` is that of the process's own error (`badData`, a StoreError's) or one of host.ts.
 */
export class TrainerError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'TrainerError'
    this.code = code
  }
}

type Answer<T> = Extract<FromTrainer, { type: T }>

export interface AnswerOptions {
  /** Kills the process when aborted. */
  signal?: AbortSignal | undefined
  /** Milliseconds; then the process is killed. Infinite by default. */
  timeoutMs?: number
}

/**
 * Sends a task and waits for its answer. Throws a TrainerError where the process fails or ends first, 'cancelled' when
 * aborted, 'timeout' where the answer takes too long; in both cases the process is killed.
 */
export function firstAnswer<T extends 'ready' | 'estimate'>(
  process: TrainerProcess,
  task: TrainerTask,
  type: T,
  { signal, timeoutMs = Infinity }: AnswerOptions = {},
): Promise<Answer<T>> {
  return new Promise((resolve, reject) => {
    const giveUp = (code: string, message: string) => {
      reject(new TrainerError(code, message))
      process.kill()
    }
    const onAbort = () => giveUp('cancelled', 'The request was cancelled.')
    const timer = Number.isFinite(timeoutMs)
      ? setTimeout(
          () => giveUp('timeout', `No answer within ${Math.round(timeoutMs / 1000)} s; the process was ended.`),
          timeoutMs,
        )
      : undefined
    const settled = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    process.onMessage((message) => {
      if (message.type === type) {
        settled()
        resolve(message as Answer<T>)
      }
      if (message.type === 'failed') {
        settled()
        reject(Object.assign(new TrainerError(message.code, message.message), { trainerStack: message.stack }))
      }
    })
    process.onExit((code) => {
      settled()
      const how = code === null ? 'it was killed' : `code ${code}`
      reject(new TrainerError('ended', `The process that reads the data ended unexpectedly (${how}).`))
    })
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    process.send(task)
  })
}

/** Resolves when the process has ended. */
export function endOf(process: TrainerProcess): Promise<void> {
  return new Promise((resolve) => process.onExit(() => resolve()))
}
