/** Pauses and stops trainings from any thread, through shared memory. */

const RUN = 0
const PAUSE = 1
const STOP = 2

/** A halt may come just before a thread begins to wait; it is noticed after this long at the latest. */
const RECHECK_MS = 1000

/** A training asks it after every step. */
export interface Interrupt {
  /** Waits while paused; true if the training should stop at a checkpoint. */
  shouldStop(): boolean
}

/** The switch of a run's trainings. Threads that train make their own from `shared`. */
export class RunControl {
  readonly shared: SharedArrayBuffer
  /** [0] what the user requested; [1] whether the program halts all trainings, because one of them failed. */
  private readonly cell: Int32Array
  /** By the clock of this thread: when the current pause began, and how long the earlier ones took. */
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

  /** Stops all trainings at a checkpoint, whatever the user requested, until clearHalt(). */
  haltAll(): void {
    Atomics.store(this.cell, 1, 1)
    // A paused training must wake up to stop.
    Atomics.notify(this.cell, 0)
  }

  clearHalt(): void {
    Atomics.store(this.cell, 1, 0)
  }

  /** How long trainings were paused through this object, in milliseconds. */
  get pausedMs(): number {
    return this.pausedBefore + (this.pausedAt === null ? 0 : performance.now() - this.pausedAt)
  }

  /** By the user or by haltAll(). */
  get stopped(): boolean {
    return Atomics.load(this.cell, 0) === STOP || Atomics.load(this.cell, 1) === 1
  }

  /** Blocks while paused: only for threads that may block. */
  shouldStop(): boolean {
    while (Atomics.load(this.cell, 0) === PAUSE && !this.stopped) Atomics.wait(this.cell, 0, PAUSE, RECHECK_MS)
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

/** Thrown by a training that stopped at a checkpoint because it was told to. */
export class TrainingStoppedError extends Error {
  override name = 'TrainingStoppedError'
}

/** Thrown where the loss diverges: due to the settings, on any backend. */
export class TrainingDivergedError extends Error {
  override name = 'TrainingDivergedError'
}
