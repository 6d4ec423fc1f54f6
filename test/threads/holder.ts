/** A thread that takes the lock, says so, and keeps it until it is terminated. */
import { parentPort } from 'node:worker_threads'
import { withLock } from '../../main/threads/lock.ts'

withLock(() => {
  parentPort!.postMessage('held')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
