import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'

const WORKER = `
  const { createRequire } = require('node:module')
  const { parentPort, workerData } = require('node:worker_threads')
  const kernels = createRequire(workerData.from)('../../native/build/Release/sparse_sharing.node')
  const before = kernels.getThreads()
  kernels.setThreads(workerData.threads)
  const I = 20, H = 24, sizes = Int32Array.of(9, 9, 7, 4), N = 29
  const floats = (length, scale) => Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * scale)
  const w = floats((I + H) * 4 * H, 0.3), b = floats(8 * H, 0.2), y = new Float32Array(N * 2 * H)
  for (let call = 0; call < 200; call++)
    kernels.bilstmForward(floats(N * I, 1), sizes, w, b, null, w, b, null, I, H, y, new Float32Array(2 * N * 4 * H), new Float32Array(2 * N * H))
  parentPort.postMessage({ before, after: kernels.getThreads(), y })
`

function inWorker(threads: number): Promise<{ before: number; after: number; y: Float32Array }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { eval: true, workerData: { threads, from: import.meta.filename } })
    let result: { before: number; after: number; y: Float32Array }
    worker.once('message', (message) => {
      result = message
    })
    worker.once('error', reject)
    worker.once('exit', (code) => (code === 0 ? resolve(result) : reject(new Error(`exit code ${code}`)))) // after the pool was destroyed
  })
}

describe('the addon in several worker threads of one process', () => {
  it('gives each worker its own threads and the same results, and ends with them', async () => {
    const results = await Promise.all([1, 2, 3, 2].map(inWorker))
    expect(results.map((result) => result.before)).toEqual([1, 1, 1, 1])
    expect(results.map((result) => result.after)).toEqual([1, 2, 3, 2])
    for (const { y } of results) expect(y).toEqual(results[0].y)
    expect((await inWorker(2)).y).toEqual(results[0].y) // after the others have ended
  })
})

it('a thread that is late for a parallel region takes no task of the next one: no hang, no wrong values', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL('./processes/regions.ts', import.meta.url))],
    { timeout: 250_000 },
  )
  expect(stdout.trim()).toBe('50000')
})
