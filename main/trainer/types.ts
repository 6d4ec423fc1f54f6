/** The process that trains, as whoever starts it sees it, and as it sees whoever started it. */
import type { FromTrainer, ToTrainer } from './messages.ts'

/** How a training process is started differs: a fork of Node, or a utility process of Electron. */
export interface TrainerProcess {
  /** Does nothing once the process is gone. */
  send(message: ToTrainer): void
  onMessage(listener: (message: FromTrainer) => void): void
  /** Called once, however it ends, also where it could not be started. Null where a signal ended it. */
  onExit(listener: (code: number | null) => void): void
  /** Ends it at once; what it stored stays. */
  kill(): void
  /** The last of what it said on its error stream, where that was asked for. */
  stderrTail(): string
}

export interface LaunchOptions {
  /** Keeps what libraries say on the error stream from the person, for stderrTail(). */
  quiet?: boolean
}

export type LaunchTrainer = (options?: LaunchOptions) => TrainerProcess

/** The other end. */
export interface ParentPort {
  /** Does nothing once the program is gone. */
  send(message: FromTrainer): void
  onMessage(listener: (message: ToTrainer) => void): void
  /** Called once the program is gone. */
  onGone(listener: () => void): void
}
