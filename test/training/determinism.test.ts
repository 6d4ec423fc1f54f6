/** The same seed gives the same bits, with any number of threads. */
import { describe, expect, it } from 'vitest'
import { networkShape } from '../../main/nn/initialWeights.ts'
import { BACKENDS, COMPOSED } from '../support/backends.ts'
import { differingNames, expectSameBits } from '../support/arrays.ts'
import { corpusFiles, loadTiny, tinyConfig } from '../support/corpus.ts'
import { randomMask } from '../support/masks.ts'
import { record, specOf } from '../support/training.ts'

async function trained(seed: number, model = {}) {
  const config = tinyConfig({ seed, model: { crf: true, layers: 2, ...model }, joint: { epochs: 1 } })
  const { data } = await loadTiny(config, corpusFiles(20))
  const shape = networkShape(config.model, data)
  return record(specOf(config, data, { pos: randomMask(shape, 0.6, 'a'), np: randomMask(shape, 0.6, 'b') }), data)
}

describe.each(BACKENDS)('on $name', (backend) => {
  it('the same seed gives the same bits, another seed others', async () => {
    await backend.use()
    const first = await trained(1)
    const again = await trained(1)
    expectSameBits(again.weights, first.weights)
    expect(again.steps).toEqual(first.steps)
    expect(again.epochs).toEqual(first.epochs)
    const other = await trained(2)
    expect(differingNames(other.weights, first.weights).length).toBe(Object.keys(first.weights).length)
  })
})

// Plain TensorFlow.js has one thread; TensorFlow’s are the process’s, see test/backend/tensorflow.test.ts.
describe.each(BACKENDS.filter((backend) => backend !== COMPOSED && backend.name !== 'tensorflow'))(
  'on $name',
  (backend) => {
    it('one thread and two give the same bits', async () => {
      // Wide enough that the kernels split their work.
      const wide = { hidden: 40, wordDim: 20 }
      await backend.use(1)
      const one = await trained(1, wide)
      await backend.use(2)
      const two = await trained(1, wide)
      await backend.use(1)
      expectSameBits(two.weights, one.weights)
      expect(two.steps).toEqual(one.steps)
    })
  },
)
