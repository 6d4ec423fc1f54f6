/** The process that trains, as whoever starts it sees it. */
import type { FromTrainer, ToTrainer } from './messages.ts'

/** How a training process is started differs: a fork of Node, or a utility process of Electron. */
export interface TrainerProcess {
  send(message: ToTrainer): void
  onMessage(listener: (message: FromTrainer) => void): void
  /** Called once, however it ends. */
  onExit(listener: (code: number | null) => void): void
  /** Ends it at once; what it stored stays. */
  kill(): void
}

export type LaunchTrainer = () => TrainerProcess
