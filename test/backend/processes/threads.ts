/**
 * A process with two threads that compute on the backend named by the argument: one exits, the other waits and is
 * terminated.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { matMul, tensor2d } from '@tensorflow/tfjs-core'
import type { BackendName } from '../../../shared/devices/backends.ts'
import { chooseBackend } from '../../../main/backend/choose.ts'
import { startThread } from '../../../main/threads/start.ts'

if (isMainThread) {
  for (const waits of [false, true]) {
    const worker = startThread(new URL(import.meta.url), { waits, name: process.argv[2] })
    worker.on('message', (text) => {
      console.log(text)
      if (waits) void worker.terminate()
    })
    worker.on('exit', () => console.log('ended'))
  }
} else {
  const { waits, name } = workerData as { waits: boolean; name: BackendName }
  await chooseBackend(name, 1)
  const a = tensor2d([1, 2, 3, 4], [2, 2])
  parentPort!.postMessage(String(await matMul(a, a).data()))
  if (waits) setInterval(() => {}, 1000)
}
