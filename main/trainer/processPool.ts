/** The training processes that are alive. None outlives the pool. */
import type { Disposable } from '../../shared/util/disposable.ts'
import { endOf, TrainerError } from './request.ts'
import type { LaunchOptions, LaunchTrainer, TrainerProcess } from './types.ts'

/**
 * Milliseconds that a training may take to reach and store a checkpoint before its process is killed: a step of large
 * batches and a commit of a large network.
 */
const STOP_MS = 20_000

export class ProcessPool implements Disposable {
  private readonly launchOne: LaunchTrainer
  private readonly processes = new Set<TrainerProcess>()
  private closing = false

  constructor(launch: LaunchTrainer) {
    this.launchOne = launch
  }

  get isClosing(): boolean {
    return this.closing
  }

  /** Throws a TrainerError once the studio is closing. */
  requireOpen(): void {
    if (this.closing) throw new TrainerError('closing', 'The studio is closing.')
  }

  /** Throws a TrainerError once the studio is closing. */
  launch(options?: LaunchOptions): TrainerProcess {
    this.requireOpen()
    const process = this.launchOne(options)
    this.processes.add(process)
    process.onExit(() => this.processes.delete(process))
    process.onMessage(({ type }) => {
      if (type === 'done' || type === 'failed') process.send({ type: 'end' })
    })
    return process
  }

  /** Stops all at a checkpoint and waits until they have ended; kills those that take too long. */
  async dispose(): Promise<void> {
    this.closing = true
    const ends = [...this.processes].map((process) => {
      process.send({ type: 'stop' })
      return endOf(process)
    })
    const killer = setTimeout(() => this.processes.forEach((process) => process.kill()), STOP_MS)
    await Promise.all(ends)
    clearTimeout(killer)
  }
}
