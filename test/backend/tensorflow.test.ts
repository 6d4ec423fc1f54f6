/**
 * The tensorflow backend: a training agrees with plain TensorFlow.js and is repeatable to the bit, also in threads;
 * and the explanations of why it is missing.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { engine, memory } from '@tensorflow/tfjs-core'
import { ATTRIBUTE_NAMES } from '../../main/backend/tensorflow/attributeNames.ts'
import { explain } from '../../main/backend/tensorflow/explain.ts'
import { loadTensorflow } from '../../main/backend/tensorflow/loading.ts'
import { initialWeights } from '../../main/nn/initialWeights.ts'
import { BACKENDS, COMPOSED, NO_TENSORFLOW } from '../support/backends.ts'
import { differingNames, expectClose } from '../support/arrays.ts'
import { corpusFiles, folderOf, loadTiny, tinyConfig } from '../support/corpus.ts'
import { randomMask } from '../support/masks.ts'
import { record, specOf } from '../support/training.ts'

const run = (script: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args])

describe('the explanation of why it cannot be used', () => {
  const absent = {
    name: '@tensorflow/tfjs-node-gpu',
    error: Object.assign(new Error("Cannot find module '@tensorflow/tfjs-node-gpu'"), { code: 'MODULE_NOT_FOUND' }),
  }
  const fails = (message: string, name = '@tensorflow/tfjs-node-gpu') =>
    explain([{ name, error: new Error(message) }, absent])

  it.each([
    [
      'libcudart.so.11.0: cannot open shared object file: No such file or directory',
      /^CUDA 11\.2 not found: libcudart\.so\.11\.0$/,
      /CUDA 11\.2/,
    ],
    [
      'libcudnn.so.8: cannot open shared object file: No such file or directory',
      /^cuDNN 8\.1 not found: libcudnn\.so\.8$/,
      /cuDNN 8\.1/,
    ],
    [
      'libtensorflow.so.2: cannot open shared object file: No such file or directory',
      /lacks TensorFlow’s library: libtensorflow\.so\.2/,
      /npm install/,
    ],
    [
      'dlopen(tfjs_binding.node, 0x0001): Library not loaded: @rpath/libtensorflow.2.dylib',
      /libtensorflow\.2\.dylib/,
      /npm install/,
    ],
    [
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: lib/napi-v8',
      /installed without TensorFlow itself/,
      /build:tensorflow/,
    ],
    [
      "/lib/libm.so.6: version `GLIBC_2.29' not found (required by libtensorflow.so.2)",
      /built for a newer system/,
      /update the system/,
    ],
    ['something else\nand more', /does not load: something else$/, /npm install/],
  ])('%s', (message, reason, remedy) => {
    expect(fails(message).reason).toMatch(reason)
    expect(fails(message).remedy).toMatch(remedy)
  })

  it('prefers a package that is installed and fails to packages that are not installed', () => {
    expect(explain([absent, absent]).reason).toMatch(/not installed/)
    expect(
      explain([
        absent,
        { name: 'the binding built here', error: new Error('libtensorflow_cc.so.2: cannot open shared object file') },
      ]).remedy,
    ).toMatch(/build it again/)
  })
})

describe('the script that builds the binding', () => {
  const build = (...args: string[]) => {
    try {
      return execFileSync(
        process.execPath,
        [fileURLToPath(new URL('../../main/backend/tensorflow/build.mjs', import.meta.url)), ...args],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      )
    } catch (error) {
      return (error as { stderr: string }).stderr
    }
  }

  it.skipIf(process.platform === 'win32')('says what is missing in the given folder, and builds nothing', () => {
    const folder = folderOf({})
    expect(build()).toMatch(/no library named: npm run build:tensorflow -- --library FOLDER/)
    expect(build('--library', join(folder, 'a.whl'))).toMatch(/is a wheel, not a folder: unpack it/)
    expect(build('--library', folder)).toMatch(/has none of libtensorflow/)
    mkdirSync(join(folder, 'lib'))
    for (const name of ['libtensorflow.so.2', 'libtensorflow.2.dylib']) writeFileSync(join(folder, 'lib', name), '')
    expect(build('--library', folder)).toMatch(/has no libtensorflow_framework/)
    for (const name of ['libtensorflow_framework.so.2', 'libtensorflow_framework.2.dylib'])
      writeFileSync(join(folder, 'lib', name), '')
    expect(build('--library', folder)).toMatch(/no headers beside .*expected include\/tensorflow\/c\/eager\/c_api\.h/)
  })
})

describe.skipIf(NO_TENSORFLOW !== null)(
  `tensorflow${NO_TENSORFLOW === null ? '' : `, skipped: ${NO_TENSORFLOW}`}`,
  () => {
    const TENSORFLOW = BACKENDS.find(({ name }) => name === 'tensorflow')!

    it.each([false, true])(
      'two masked tasks, clipped by norm (CRF: %s): losses, scores and weights agree with the composed ops; ' +
        'nothing leaks; repeatable',
      { timeout: 300_000 },
      async (crf) => {
        const config = tinyConfig({ optimizer: { weightDecay: 0.001 }, model: { crf } })
        const { data } = await loadTiny(config, { ...corpusFiles(12), 'dev.txt': corpusFiles(3)['train.txt'] })
        const { shape } = specOf(config, data, { pos: null, np: null })
        const start = initialWeights(shape, 5, null)
        const spec = specOf(
          config,
          data,
          { pos: randomMask(shape, 0.6, 'a'), np: randomMask(shape, 0.6, 'b') },
          { clipNorm: 0.5, clipValue: null, keep: 'last', maxSteps: 6 },
        )
        await COMPOSED.use()
        const expected = await record(spec, data, { start })
        await TENSORFLOW.use()
        const before = [memory().numTensors, engine().backend.numDataIds()]
        const actual = await record(spec, data, { start })
        expect([memory().numTensors, engine().backend.numDataIds()]).toEqual(before)
        // The tolerance covers rounding in another order over a few steps.
        expectClose(
          actual.steps.map(({ loss }) => loss),
          expected.steps.map(({ loss }) => loss),
          1e-5,
          'losses',
        )
        for (const [name, { data: values }] of Object.entries(expected.weights))
          expectClose(actual.weights[name].data, values, 1e-4, name)
        expect(actual.epochs.map(({ dev }) => dev)).toEqual(expected.epochs.map(({ dev }) => dev))
        const again = await record(spec, data, { start })
        expect(again.steps).toEqual(actual.steps)
        expect(differingNames(again.weights, actual.weights)).toEqual([])
      },
    )

    it('every attribute name used in training and by the package’s kernels is registered beforehand', async () => {
      await TENSORFLOW.use()
      const loaded = loadTensorflow()
      const { backend } = 'backend' in loaded ? loaded : expect.fail(loaded.reason)
      const named = new Set<string>()
      const calls = [vi.spyOn(backend, 'executeSingleOutput'), vi.spyOn(backend, 'executeMultipleOutputs')]
      const config = tinyConfig()
      const { data } = await loadTiny(config)
      const spec = specOf(config, data, { pos: null, np: null }, { maxSteps: 2 })
      await record(spec, data, { start: initialWeights(spec.shape, 5, null) })
      for (const call of calls) {
        for (const [, attributes] of call.mock.calls) for (const { name } of attributes) named.add(name)
        call.mockRestore()
      }
      expect(named).toContain('use_peephole')

      const folder = [
        'node_modules/@tensorflow/tfjs-node-gpu',
        'node_modules/@tensorflow/tfjs-node',
        'tensorflow-binding/node_modules/@tensorflow/tfjs-node',
      ]
        .map((path) => fileURLToPath(new URL(`../../${path}/dist/kernels/`, import.meta.url)))
        .find((path) => existsSync(path))!
      for (const file of readdirSync(folder).filter((one) => one.endsWith('.js'))) {
        for (const [, name] of readFileSync(join(folder, file), 'utf8').matchAll(/(?:OpAttr\)?\(|\bname: )'(\w+)'/g))
          named.add(name)
      }
      expect(named).toContain('Tparams')
      expect([...named].filter((name) => !ATTRIBUTE_NAMES.includes(name))).toEqual([])
    })

    it('threads and processes get the same bits with the same number of cores', async () => {
      const hashes = await Promise.all(
        [1, 2, 2].map(async (cores) => (await run('./processes/bits.ts', String(cores))).stdout.trim().split('\n')),
      )
      expect(hashes.map((two) => new Set(two).size)).toEqual([1, 1, 1])
      expect(hashes[2]).toEqual(hashes[1])
    })

    it('two threads compute at once, one exits and one is terminated, the process exits, and TensorFlow logs nothing', async () => {
      const { stdout, stderr } = await run('./processes/threads.ts', 'tensorflow')
      expect(stdout.trim().split('\n').toSorted()).toEqual(['7,10,15,22', '7,10,15,22', 'ended', 'ended'])
      expect(stderr).toBe('')
    })
  },
)
