/** One lock for all threads of this process: for libraries whose loading or first use is not thread-safe. */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

const KEY = 'sparse-sharing/lock'
const TIMEOUT_MS = 30_000
const [FREE, TAKEN] = [0, 1]

/** The lock was not released in time: its thread hangs, or was terminated while it held the lock. */
export class LockTimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(
      `another thread has held the lock for loading libraries for ${Math.round(timeoutMs / 1000)} s: ` +
        'it hangs or was terminated; restart the program',
    )
    this.name = 'LockTimeoutError'
  }
}

/** Shares the lock with threads that are started from now on. Threads have it already. */
export function shareLock(): void {
  if (isMainThread && getEnvironmentData(KEY) === undefined) setEnvironmentData(KEY, new SharedArrayBuffer(4))
}

/** Runs `body` while no other thread of this process does. Throws a LockTimeoutError without running it after `timeoutMs`. */
export function withLock<T>(body: () => T, timeoutMs = TIMEOUT_MS): T {
  const shared = getEnvironmentData(KEY) as SharedArrayBuffer | undefined
  // No thread was started yet: there is no other.
  if (shared === undefined) return body()
  const lock = new Int32Array(shared)
  const deadline = performance.now() + timeoutMs
  while (Atomics.compareExchange(lock, 0, FREE, TAKEN) === TAKEN) {
    const left = deadline - performance.now()
    if (left <= 0) throw new LockTimeoutError(timeoutMs)
    Atomics.wait(lock, 0, TAKEN, left)
  }
  try {
    return body()
  } finally {
    Atomics.store(lock, 0, FREE)
    Atomics.notify(lock, 0, 1)
  }
}
