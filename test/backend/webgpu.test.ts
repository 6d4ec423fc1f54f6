/** The webgpu backend: a training agrees with plain TensorFlow.js, nothing leaks, and threads end. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { backend, memory } from '@tensorflow/tfjs-core'
import { webgpu } from '../../main/backend/webgpu/index.ts'
import { bufferSize } from '../../main/backend/webgpu/bufferSize.ts'
import { chooseBackend } from '../../main/backend/choose.ts'
import { initialWeights } from '../../main/nn/initialWeights.ts'
import { ALL_PRESENT, COMPOSED, NO_WEBGPU } from '../support/backends.ts'
import { expectClose } from '../support/arrays.ts'
import { corpusFiles, loadTiny, tinyConfig } from '../support/corpus.ts'
import { randomMask } from '../support/masks.ts'
import { record, specOf } from '../support/training.ts'

it('buffers have few sizes, none smaller than requested or more than an eighth larger', () => {
  const sizes = Array.from({ length: 100_000 }, (_, n) => bufferSize(4 * n))
  expect(sizes.every((size, n) => size >= 4 * n && size % 4 === 0 && size <= Math.max(256, 4 * n * 1.125))).toBe(true)
  expect(new Set(sizes).size).toBeLessThan(90)
})

it('a backend that cannot compute says why and how to fix it, and does not throw', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL('../support/probeWebgpu.ts', import.meta.url))],
    {
      env: { ...process.env, VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json', LD_LIBRARY_PATH: '' },
    },
  )
  if (process.platform === 'linux') expect(stdout).toMatch(/^no graphics adapter found: .*; install .*driver/)
})

describe.skipIf(NO_WEBGPU !== null)(`webgpu${NO_WEBGPU === null ? '' : `, skipped: ${NO_WEBGPU}`}`, () => {
  const WEBGPU = ALL_PRESENT.find(({ name }) => name === 'webgpu')!

  it(
    'two masked tasks, clipped by norm: losses, scores and weights agree with the composed ops; a second training ' +
      'needs no more memory',
    { timeout: 300_000 },
    async () => {
      const config = tinyConfig({ optimizer: { weightDecay: 0.001 } })
      const { data } = await loadTiny(config, { ...corpusFiles(12), 'dev.txt': corpusFiles(3)['train.txt'] })
      const { shape } = specOf(config, data, { pos: null, np: null })
      const start = initialWeights(shape, 5, null)
      const spec = specOf(
        config,
        data,
        { pos: randomMask(shape, 0.6, 'a'), np: randomMask(shape, 0.6, 'b') },
        { clipNorm: 0.5, clipValue: null, keep: 'last', maxSteps: 3 },
      )
      await COMPOSED.use()
      const expected = await record(spec, data, { start })
      await WEBGPU.use()
      const before = memory()
      const actual = await record(spec, data, { start })
      expect(memory().numTensors).toBe(before.numTensors)
      expectClose(
        actual.steps.map(({ loss }) => loss),
        expected.steps.map(({ loss }) => loss),
        1e-5,
        'losses',
      )
      for (const [name, { data: values }] of Object.entries(expected.weights))
        expectClose(actual.weights[name].data, values, 1e-4, name)
      expect(actual.epochs.map(({ dev }) => dev)).toEqual(expected.epochs.map(({ dev }) => dev))

      const { numBytesAllocatedInGPU: allocated } = backend().memory() as unknown as { numBytesAllocatedInGPU: number }
      const again = await record(spec, data, { start })
      expect(again.steps).toEqual(actual.steps)
      expect(
        (backend().memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU,
      ).toBeLessThanOrEqual(1.1 * allocated)
    },
  )

  it('two threads compute at once, one exits and one is terminated, and the process exits', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL('./processes/threads.ts', import.meta.url)),
      'webgpu',
    ])
    expect(stdout.trim().split('\n').toSorted()).toEqual(['7,10,15,22', '7,10,15,22', 'ended', 'ended'])
  })

  it('an emulated graphics card is used if named, but not by auto', async () => {
    const found = await webgpu.probe()
    if (!found.usable || !found.software) return
    expect((await chooseBackend('auto', 1)).name).not.toBe('webgpu')
    expect((await chooseBackend('webgpu', 1)).name).toBe('webgpu')
  })
})
