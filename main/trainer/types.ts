/** The interfaces of the training process for its parent, and of the parent for the process. */
import type { FromTrainer, ToTrainer } from './messages.ts'

/** A training process: a fork of Node, or a utility process of Electron. */
export interface TrainerProcess {
  /** Does nothing once the process has ended. */
  send(message: ToTrainer): void
  onMessage(listener: (message: FromTrainer) => void): void
  /**
   * Called once, however the process ends, also where it could not be started. The code is null where a signal ended
   * it.
   */
  onExit(listener: (code: number | null) => void): void
  /** Ends it at once; what it has stored stays. */
  kill(): void
  /** The end of its error stream, where `quiet` was set. */
  stderrTail(): string
}

export interface LaunchOptions {
  /** Collects the error stream for stderrTail() instead of showing it. */
  quiet?: boolean
}

export type LaunchTrainer = (options?: LaunchOptions) => TrainerProcess

/** The other end. */
export interface ParentPort {
  /** Does nothing once the parent has ended. */
  send(message: FromTrainer): void
  onMessage(listener: (message: ToTrainer) => void): void
  /** Called once the parent has ended. */
  onDisconnect(listener: () => void): void
}
