/** Talking to a training process: a task, its answer, its end. */
import type { FromTrainer, TrainerTask } from './messages.ts'
import type { TrainerProcess } from './types.ts'

/** What goes wrong with a run in training. `code` is that of the process's own error (`badData`, a StoreError's) or one of host.ts. */
export class TrainerError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'TrainerError'
    this.code = code
  }
}

type Answer<T> = Extract<FromTrainer, { type: T }>

/** Sends a task and waits for its answer. Throws a TrainerError where the process fails or ends before. */
export function firstAnswer<T extends 'ready' | 'estimate'>(
  process: TrainerProcess,
  task: TrainerTask,
  type: T,
): Promise<Answer<T>> {
  return new Promise((resolve, reject) => {
    process.onMessage((message) => {
      if (message.type === type) resolve(message as Answer<T>)
      if (message.type === 'failed') reject(new TrainerError(message.code, message.message))
    })
    process.onExit((code) =>
      reject(
        new TrainerError(
          'ended',
          `The process that reads the data ended unexpectedly (${code === null ? 'it was killed' : `code ${code}`}).`,
        ),
      ),
    )
    process.send(task)
  })
}

/** Resolves once the process is gone. */
export function endOf(process: TrainerProcess): Promise<void> {
  return new Promise((resolve) => process.onExit(() => resolve()))
}
