/**
 * A task's update touches no weight, and no velocity, outside its mask, nor the heads of other tasks: compared by bits.
 */
import { describe, expect, it } from 'vitest'
import { packBatch } from '../../main/nn/batch.ts'
import { disposeDeviceMask, makeDeviceMask, Network } from '../../main/nn/network.ts'
import { MaskedSgd, type SgdSettings } from '../../main/nn/optimizer.ts'
import { initialWeights, networkShape } from '../../main/nn/initialWeights.ts'
import { deriveKey } from '../../shared/util/random.ts'
import { intersectAll, unionAll } from '../../shared/network/mask.ts'
import { BACKENDS } from '../support/backends.ts'
import { expectSameBits, sameBits } from '../support/arrays.ts'
import { loadTiny, tinyConfig } from '../support/corpus.ts'
import { randomMask } from '../support/masks.ts'
import { record, specOf } from '../support/training.ts'

describe.each(BACKENDS)('on $name', (backend) => {
  it.each([
    ['clipped by value', { clipNorm: null, clipValue: 0.05, weightDecay: 0 }],
    ['clipped by norm, with weight decay', { clipNorm: 0.1, clipValue: null, weightDecay: 0.1 }],
  ])('steps of one task after steps of another, %s', async (_, clips) => {
    await backend.use()
    const config = tinyConfig({ model: { crf: true } })
    const { data } = await loadTiny(config)
    const shape = networkShape(config.model, data)
    const network = new Network(shape, initialWeights(shape, 3, null))
    const optimizer = new MaskedSgd(network)
    const settings: SgdSettings = { learningRate: 0.1, momentum: 0.9, ...clips }
    const masks = { pos: randomMask(shape, 0.5, 'pos'), np: randomMask(shape, 0.5, 'np') }
    const steps = async (name: 'pos' | 'np') => {
      const task = data.tasks.find((candidate) => candidate.name === name)!
      const mask = makeDeviceMask(masks[name])
      for (let n = 0; n < 3; n++) {
        const batch = packBatch(
          task.train,
          data.spellings,
          Int32Array.of(n, n + 5, n + 9),
          new Int32Array(data.wordCount).fill(-1),
        )
        await optimizer.takeStep(
          batch,
          name,
          { forward: mask },
          (site) => ({ keep: 0.5, key: deriveKey(n, site) }),
          settings,
        )
      }
      disposeDeviceMask(mask)
    }
    await steps('pos') // so that there are velocities wherever pos may move
    const before = { ...(await network.weights()), ...(await optimizer.state()) }
    await steps('np')
    const after = { ...(await network.weights()), ...(await optimizer.state()) }

    for (const { name, kept } of masks.np.layers) {
      for (const array of [name, `${name}.velocity`]) {
        const outside = (bundle: typeof before) => (bundle[array].data as Float32Array).filter((_, i) => kept[i] === 0)
        const inside = (bundle: typeof before) => (bundle[array].data as Float32Array).filter((_, i) => kept[i] === 1)
        expect(outside(before).length, 'weights outside').toBeGreaterThan(0)
        expect(sameBits(outside(before), outside(after)), `${array} outside the mask`).toBe(true)
        const moved = inside(after).filter((value, i) => value !== inside(before)[i]).length
        expect(moved / inside(after).length, `${array} inside the mask moved`).toBeGreaterThan(0.5)
      }
      // Nothing outside the mask moved although momentum of the other task was there to move it.
      const waiting = (before[`${name}.velocity`].data as Float32Array).filter(
        (value, i) => kept[i] === 0 && value !== 0,
      )
      expect(waiting.length, 'velocities waiting outside the mask').toBeGreaterThan(0)
    }
    const heads = Object.keys(before).filter((name) => name.startsWith('head.pos'))
    expect(heads.length).toBe(10)
    for (const name of heads) expect(sameBits(before[name].data, after[name].data), name).toBe(true)
    expect(before['head.pos.W.velocity'].data.some((value) => value !== 0)).toBe(true)
    for (const name of ['head.np.W', 'head.np.transitions', 'char.table', 'char.conv.b', 'bilstm.0.forward.b'])
      expect(sameBits(before[name].data, after[name].data), name).toBe(false)
    network.dispose()
    optimizer.dispose()
  })

  it.each([
    ['clipped by value', { clipNorm: null, clipValue: 0.05, weightDecay: 0.1 }],
    ['clipped by norm', { clipNorm: 0.1, clipValue: null, weightDecay: 0 }],
  ])('confined steps move the weights they may, their head, and nothing else, %s', async (_, clips) => {
    await backend.use()
    const config = tinyConfig({ model: { crf: true } })
    const { data } = await loadTiny(config)
    const shape = networkShape(config.model, data)
    const start = initialWeights(shape, 3, null)
    // A denormal, which arithmetic might round to nothing.
    start['word.table'].data[7] = 1e-41
    const network = new Network(shape, start)
    const optimizer = new MaskedSgd(network)
    const settings: SgdSettings = { learningRate: 0.1, momentum: 0.9, ...clips }
    const mask = randomMask(shape, 0.5, 'np')
    const own = intersectAll([mask, randomMask(shape, 0.5, 'trainable')])
    const [forward, trainable] = [makeDeviceMask(mask), makeDeviceMask(own)]
    const task = data.tasks.find(({ name }) => name === 'np')!
    const losses = await Promise.all(
      Array.from({ length: 4 }, (__, n) => {
        const batch = packBatch(
          task.train,
          data.spellings,
          Int32Array.of(1, 2, 3),
          new Int32Array(data.wordCount).fill(-1),
        )
        return optimizer.takeStep(batch, 'np', { forward, trainable }, () => ({ keep: 1, key: deriveKey(n) }), settings)
      }),
    )
    optimizer.catchUp(settings)
    expect(losses.at(-1)).toBeLessThan(losses[0])
    const [after, state] = [await network.weights(), await optimizer.state()]
    for (const [name, { data: before }] of Object.entries(start)) {
      const kept = own.layers.find((layer) => layer.name === name)?.kept
      const moved = [...before.keys()].filter((i) => !Object.is(after[name].data[i], before[i]))
      if (kept !== undefined) {
        expect(
          moved.every((i) => kept[i] === 1),
          name,
        ).toBe(true)
        expect(moved.length / kept.filter((bit) => bit === 1).length, name).toBeGreaterThan(0.5)
        expect(
          (state[`${name}.velocity`].data as Float32Array).every((value, i) => kept[i] === 1 || value === 0),
          name,
        ).toBe(true)
      } else if (name.startsWith('head.np')) expect(moved.length, name).toBeGreaterThan(0)
      else {
        expect(sameBits(after[name].data, before), name).toBe(true)
        expect(
          (state[`${name}.velocity`].data as Float32Array).every((value) => value === 0),
          name,
        ).toBe(true)
      }
    }
    for (const device of [forward, trainable]) disposeDeviceMask(device)
    network.dispose()
    optimizer.dispose()
  })

  it('a whole joint training leaves what no mask keeps at θ⁽⁰⁾', async () => {
    await backend.use()
    const config = tinyConfig({ optimizer: { weightDecay: 0.01 } })
    const { data } = await loadTiny(config)
    const shape = networkShape(config.model, data)
    const masks = { pos: randomMask(shape, 0.4, 'pos'), np: randomMask(shape, 0.4, 'np') }
    const start = initialWeights(shape, config.seed, null)
    const { weights } = await record(specOf(config, data, masks, { keep: 'last' }), data, { start })
    for (const { name, kept } of unionAll([masks.pos, masks.np]).layers) {
      const moved = [...kept.keys()].filter((i) => weights[name].data[i] !== start[name].data[i])
      expect(
        moved.every((i) => kept[i] === 1),
        name,
      ).toBe(true)
      expect(moved.length / kept.length, `${name} moved`).toBeGreaterThan(0.3)
    }
  })

  it('under masks of ones it is hard sharing, bit for bit', async () => {
    await backend.use()
    const config = tinyConfig()
    const { data } = await loadTiny(config)
    const all = randomMask(networkShape(config.model, data), 2, 'ones')
    const dense = await record(specOf(config, data, { pos: null, np: null }), data)
    const ones = await record(specOf(config, data, { pos: all, np: all }), data)
    expectSameBits(ones.weights, dense.weights)
    expect(ones.steps).toEqual(dense.steps)
  })
})
