/** A process with two threads that compute on the webgpu backend: one has nothing more to do then, the other waits and is ended. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { matMul, tensor2d } from '@tensorflow/tfjs-core'
import { chooseBackend } from '../../../main/backend/choose.ts'

if (isMainThread) {
  for (const waits of [false, true]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: waits })
    worker.on('message', (text) => {
      console.log(text)
      if (waits) void worker.terminate()
    })
    worker.on('exit', () => console.log('ended'))
  }
} else {
  await chooseBackend('webgpu', 1)
  const a = tensor2d([1, 2, 3, 4], [2, 2])
  parentPort!.postMessage(String(await matMul(a, a).data()))
  if (workerData === true) setInterval(() => {}, 1000)
}
