/** Pause and stop, from any thread, without giving up the thread that trains. */

const RUN = 0
const PAUSE = 1
const STOP = 2

/** What a training asks after every step. */
export interface Interrupt {
  /** Waits while paused; true if the training should stop at a checkpoint. */
  shouldStop(): boolean
}

/** The switch, in shared memory: hand `shared` to the threads that train. */
export class RunControl {
  readonly shared: SharedArrayBuffer
  /** What the user asked for; whether the program itself halts all trainings, for one of them failed. */
  private readonly cell: Int32Array
  /** Of this side's clock: when the pause that lasts began, and how long those before it were. */
  private pausedAt: number | null = null
  private pausedBefore = 0

  constructor(shared = new SharedArrayBuffer(8)) {
    this.shared = shared
    this.cell = new Int32Array(shared)
  }

  stop(): void {
    this.set(STOP)
    this.endPause()
  }

  /** Trainings wait after their current step. */
  pause(): void {
    if (Atomics.compareExchange(this.cell, 0, RUN, PAUSE) === RUN) this.pausedAt = performance.now()
    Atomics.notify(this.cell, 0)
  }

  resume(): void {
    Atomics.compareExchange(this.cell, 0, PAUSE, RUN)
    Atomics.notify(this.cell, 0)
    this.endPause()
  }

  /** Stops all trainings at a checkpoint, whatever the user asked for; they may go on after goOn(). */
  halt(): void {
    Atomics.store(this.cell, 1, 1)
  }

  goOn(): void {
    Atomics.store(this.cell, 1, 0)
  }

  /** How long trainings were held, in milliseconds, as far as this object was asked to: time that nobody worked. */
  get pausedMs(): number {
    return this.pausedBefore + (this.pausedAt === null ? 0 : performance.now() - this.pausedAt)
  }

  /** By the user or by halt(). */
  get stopped(): boolean {
    return Atomics.load(this.cell, 0) === STOP || Atomics.load(this.cell, 1) === 1
  }

  /** For threads that may block: not the main thread of a window. */
  shouldStop(): boolean {
    while (Atomics.load(this.cell, 0) === PAUSE) Atomics.wait(this.cell, 0, PAUSE)
    return this.stopped
  }

  private endPause(): void {
    this.pausedBefore = this.pausedMs
    this.pausedAt = null
  }

  private set(value: number): void {
    Atomics.store(this.cell, 0, value)
    Atomics.notify(this.cell, 0)
  }
}

/** Thrown by a training that stopped at a checkpoint because it was asked to. */
export class TrainingStopped extends Error {
  override name = 'TrainingStopped'
}

/** Thrown where the loss is no number any more: a matter of the settings, whatever computes. */
export class TrainingDiverged extends Error {
  override name = 'TrainingDiverged'
}
