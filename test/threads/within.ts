/** A thread that takes the lock repeatedly and marks whether another was inside. */
import { workerData } from 'node:worker_threads'
import { withLock } from '../../main/threads/lock.ts'

const { seen, turns } = workerData as { seen: Int32Array; turns: number }

for (let turn = 0; turn < turns; turn++) {
  withLock(() => {
    if (Atomics.add(seen, 1, 1) > 0) Atomics.store(seen, 2, 1)
    for (let i = 0; i < 1000; i++) Atomics.load(seen, 0)
    Atomics.add(seen, 0, 1)
    Atomics.sub(seen, 1, 1)
  })
}
