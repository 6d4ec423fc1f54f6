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
  private readonly cell: Int32Array

  constructor(shared = new SharedArrayBuffer(4)) {
    this.shared = shared
    this.cell = new Int32Array(shared)
  }

  stop(): void {
    this.set(STOP)
  }

  /** Trainings wait after their current step. */
  pause(): void {
    Atomics.compareExchange(this.cell, 0, RUN, PAUSE)
    Atomics.notify(this.cell, 0)
  }

  resume(): void {
    Atomics.compareExchange(this.cell, 0, PAUSE, RUN)
    Atomics.notify(this.cell, 0)
  }

  get stopped(): boolean {
    return Atomics.load(this.cell, 0) === STOP
  }

  /** For threads that may block: not the main thread of a window. */
  shouldStop(): boolean {
    while (Atomics.load(this.cell, 0) === PAUSE) Atomics.wait(this.cell, 0, PAUSE)
    return this.stopped
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
