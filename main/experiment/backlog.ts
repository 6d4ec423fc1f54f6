/**
 * Keeps a training thread from running ahead of the thread that records what it reports. Without a limit, a small
 * network on a busy machine fills the memory with reports; and as Node empties a queue of messages before it reads
 * anything else, a pause would come many seconds late.
 */

/** Messages that may wait to be recorded. A training of any size that matters reports a few a second. */
const MOST_WAITING = 10
/** A change may come just before a thread begins to wait; it is noticed after this long at the latest. */
const RECHECK_MS = 200

/** One per thread; both ends share the number of messages that wait. */
export class Backlog {
  readonly shared: SharedArrayBuffer
  private readonly waiting: Int32Array

  constructor(shared = new SharedArrayBuffer(4)) {
    this.shared = shared
    this.waiting = new Int32Array(shared)
  }

  /** Call with every message sent. */
  sent(): void {
    Atomics.add(this.waiting, 0, 1)
  }

  /** Blocks while too many messages wait: only for threads that may block. */
  wait(): void {
    for (;;) {
      const count = Atomics.load(this.waiting, 0)
      if (count <= MOST_WAITING) return
      Atomics.wait(this.waiting, 0, count, RECHECK_MS)
    }
  }

  /** Call with every message received. */
  received(): void {
    Atomics.sub(this.waiting, 0, 1)
    Atomics.notify(this.waiting, 0)
  }
}
