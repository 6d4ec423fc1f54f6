/** The mean of the weights after each epoch takes their place in scores and result; training itself does not notice. */
import { describe, expect, it } from 'vitest'
import { initialWeights, networkShape } from '../../main/nn/initialWeights.ts'
import type { Weights } from '../../main/nn/network.ts'
import type { TrainingSettings } from '../../main/training/spec.ts'
import { expectSameBits } from '../support/arrays.ts'
import { BACKENDS } from '../support/backends.ts'
import { corpusFiles, loadTiny, tinyConfig } from '../support/corpus.ts'
import { randomMask } from '../support/masks.ts'
import { record, recordInPieces, specOf } from '../support/training.ts'

async function joint(changes: Partial<TrainingSettings>) {
  const config = tinyConfig({ joint: { epochs: 4 } })
  const { data } = await loadTiny(config, corpusFiles(12))
  const shape = networkShape(config.model, data)
  const masks = { pos: randomMask(shape, 0.6, 'a'), np: randomMask(shape, 0.6, 'b') }
  return { data, masks, spec: specOf(config, data, masks, changes) }
}

/** The weights after each epoch, from a training of so many epochs that keeps its last ones. */
async function weightsAfter(epochs: number): Promise<Weights> {
  const { spec, data } = await joint({ epochs, keep: 'last' })
  return (await record(spec, data)).weights
}

describe.each(BACKENDS)('on $name', (backend) => {
  it('is the mean from that epoch on, and no step changes', async () => {
    await backend.use()
    // Kept: the mean after the last epoch.
    const optimizer = { ...tinyConfig().optimizer, keep: 'last' as const }
    const averaged = await joint({ averageFrom: 2, optimizer })
    const plain = await joint({ optimizer })
    const [withMean, without] = [await record(averaged.spec, averaged.data), await record(plain.spec, plain.data)]
    expect(withMean.steps).toEqual(without.steps)
    expect(withMean.epochs[0]).toEqual(without.epochs[0])

    const after = [await weightsAfter(2), await weightsAfter(3), await weightsAfter(4)]
    for (const [name, { data }] of Object.entries(withMean.weights)) {
      const [a, b, c] = after.map((weights) => weights[name].data)
      for (let i = 0; i < data.length; i++) expect(data[i]).toBeCloseTo((a[i] + b[i] + c[i]) / 3, 5)
    }
    const moved = Object.keys(after[2]).filter((name) =>
      after[0][name].data.some((x, i) => x !== after[2][name].data[i]),
    )
    expect(moved.length).toBeGreaterThan(3)
  })

  it('stopped anywhere and resumed, it has the same bits', async () => {
    await backend.use()
    const { spec, data } = await joint({ averageFrom: 2 })
    const [pieces, whole] = [await recordInPieces(spec, data, 7), await record(spec, data)]
    expectSameBits(pieces.weights, whole.weights)
    expect(pieces.epochs).toEqual(whole.epochs)
  })
})

it('keeps the bits of weights that no step changes', async () => {
  const { spec, data, masks } = await joint({ averageFrom: 1 })
  const start = initialWeights(spec.shape, spec.seed, data.vectors)
  const { weights } = await record(spec, data)
  let untouched = 0
  masks.pos.layers.forEach(({ name, kept }, layer) =>
    kept.forEach((one, i) => {
      if (one === 1 || masks.np.layers[layer].kept[i] === 1) return
      expect(weights[name].data[i]).toBe(start[name].data[i])
      untouched++
    }),
  )
  expect(untouched).toBeGreaterThan(100)
})
