/** One lock for all threads of this process: for libraries whose loading, or what they do first, is not made for several at once. */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

const KEY = 'sparse-sharing/lock'
/** A thread that is ended while it holds the lock never gives it back. */
const LONGEST_MS = 30_000
const [FREE, TAKEN] = [0, 1]

/** Hands the lock to threads that are started from now on. In a thread it has come already. */
export function shareLock(): void {
  if (isMainThread && getEnvironmentData(KEY) === undefined) setEnvironmentData(KEY, new SharedArrayBuffer(4))
}

/** Runs `body` while no other thread of this process runs such a body; waits for it, half a minute at most. */
export function withLock<T>(body: () => T): T {
  const shared = getEnvironmentData(KEY) as SharedArrayBuffer | undefined
  // No thread was ever started: there is no other.
  if (shared === undefined) return body()
  const lock = new Int32Array(shared)
  while (
    Atomics.compareExchange(lock, 0, FREE, TAKEN) === TAKEN &&
    Atomics.wait(lock, 0, TAKEN, LONGEST_MS) !== 'timed-out'
  );
  try {
    return body()
  } finally {
    Atomics.store(lock, 0, FREE)
    Atomics.notify(lock, 0, 1)
  }
}
