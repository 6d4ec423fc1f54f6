/** The parameter counts that the paper prints, and θ⁽⁰⁾. */
import { describe, expect, it } from 'vitest'
import {
  changedBy,
  encoderBiasCount,
  encoderSize,
  layerMask,
  parameterSpecs,
  prunableCount,
  prunableLayers,
  type NetworkShape,
} from '../../main/nn/parameters.ts'
import { initialWeights } from '../../main/nn/initialWeights.ts'
import { encoderParams } from '../../main/experiment/report.ts'
import { configSchema } from '../../shared/settings/config.ts'
import { ones, type Mask } from '../../shared/network/mask.ts'
import { expectSameBits } from '../support/arrays.ts'
import { tinyConfig } from '../support/corpus.ts'

const paper = (layers: number): NetworkShape => ({
  model: configSchema.parse({ corpora: { c: { train: 'x' } }, tasks: { t: { tags: 1 } }, model: { layers } }).model,
  wordCount: 100,
  charCount: 50,
  heads: ['pos', 'chunk', 'ner'].map((task, i) => ({ task, tagCount: 9 + i })),
})
/** As jointShape makes them: hierarchical sharing has two layers at least, POS on the first. */
const shapes = (layers: number) => {
  const hard = paper(layers)
  const deep = paper(Math.max(2, layers))
  const { soft } = tinyConfig({})
  return {
    hard,
    soft: { ...hard, soft },
    hierarchical: { ...deep, heads: deep.heads.map((head) => ({ ...head, layers: head.task === 'pos' ? 1 : 2 })) },
  }
}

/** The first `kept` weights of the network. */
function maskOf(shape: NetworkShape, kept: number): Mask {
  const mask = ones(prunableLayers(shape))
  for (const layer of mask.layers) {
    layer.kept.fill(0, Math.min(kept, layer.kept.length))
    kept -= Math.min(kept, layer.kept.length)
  }
  return mask
}

describe('# Params of the paper', () => {
  const shape = paper(1)

  it('one layer: 533,930, printed 534k', () => {
    expect(prunableCount(shape)).toBe(2_700 + 528_000)
    expect(encoderSize(shape.model)).toEqual({ prunable: 530_700, biases: 3_230 })
    expect(encoderBiasCount(shape)).toBe(30 + 3_200)
    expect(encoderParams(shapes(1), []).hard).toBe(533_930)
  })

  it('two layers: 1,497,130, printed 1497k', () => {
    expect(encoderParams(shapes(2), []).hard).toBe(1_497_130)
  })

  it('three single networks: 1,601,790, printed 1602k', () => {
    expect(encoderParams(shapes(1), []).single).toBe(1_601_790)
    expect(encoderParams(shapes(2), []).single).toBe(4_491_390)
  })

  it('soft sharing: three BiLSTMs, one convolution: 1,596,330, printed 1596k; two layers 4,485,930, printed 4485k', () => {
    expect([1, 2].map((layers) => encoderParams(shapes(layers), []).soft)).toEqual([1_596_330, 4_485_930])
    const tied: NetworkShape = { ...paper(1), soft: { variant: 'l2Tie', own: 0.9, tie: 1 } }
    expect(prunableCount(tied) + encoderBiasCount(tied)).toBe(1_596_330)
  })

  it('hierarchical sharing: always two layers, 1,497,130, printed 1497k', () => {
    expect([1, 2].map((layers) => encoderParams(shapes(layers), []).hierarchical)).toEqual([1_497_130, 1_497_130])
  })

  it('three subnets at 50.12, 44.67 and 56.23 %: 811k; shared, the largest alone', () => {
    const masks = [0.5012, 0.4467, 0.5623].map((density) => maskOf(shape, Math.round(density * prunableCount(shape))))
    const { subnet, sparse } = encoderParams(shapes(1), masks)
    expect(Math.round(subnet / 1000)).toBe(811)
    // The masks are nested here, so their union is the largest.
    expect(sparse).toBe(Math.round(0.5623 * prunableCount(shape)) + 3_230)
  })

  it('masks cover convolution and LSTM matrices alone', () => {
    expect(prunableLayers(paper(2)).map(({ name }) => name)).toEqual([
      'char.conv.W',
      'bilstm.0.forward.W',
      'bilstm.0.backward.W',
      'bilstm.1.forward.W',
      'bilstm.1.backward.W',
    ])
  })
})

describe('who changes what', () => {
  const changed = (shape: NetworkShape, task: string) =>
    parameterSpecs(shape)
      .filter((spec) => changedBy(shape, spec, task))
      .map(({ name }) => name)

  it('with hierarchical sharing, a task leaves the layers above its head alone, and its mask says so', () => {
    const { hierarchical } = shapes(1)
    expect(changed(hierarchical, 'pos').filter((name) => name.startsWith('bilstm.1'))).toEqual([])
    expect(changed(hierarchical, 'ner').filter((name) => name.startsWith('bilstm.1'))).toHaveLength(4)
    expect(
      layerMask(hierarchical, 'pos').layers.map(({ name, kept }) => [
        name,
        kept.every((bit) => bit === 1),
        kept.every((bit) => bit === 0),
      ]),
    ).toEqual([
      ['char.conv.W', true, false],
      ['bilstm.0.forward.W', true, false],
      ['bilstm.0.backward.W', true, false],
      ['bilstm.1.forward.W', false, true],
      ['bilstm.1.backward.W', false, true],
    ])
    expect(layerMask(hierarchical, 'ner')).toEqual(ones(prunableLayers(hierarchical)))
  })

  it('with soft sharing, tied BiLSTMs are a task’s own, stitched ones move together', () => {
    const own = (variant: 'l2Tie' | 'crossStitch') =>
      changed({ ...paper(1), soft: { variant, own: 0.9, tie: 1 } }, 'pos').filter((name) => name.startsWith('soft.'))
    expect(own('l2Tie')).toEqual(
      ['forward.W', 'forward.b', 'backward.W', 'backward.b'].map((name) => `soft.pos.bilstm.0.${name}`),
    )
    expect(own('crossStitch')).toHaveLength(13)
  })

  it('stitches start with the task’s own share on the diagonal, and rows that add up to 1', () => {
    const { data } = initialWeights({ ...paper(1), soft: { variant: 'crossStitch', own: 0.8, tie: 0 } }, 1, null)[
      'soft.stitch.0'
    ]
    expect(Array.from(data, (value) => Math.round(10 * value) / 10)).toEqual([
      0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8,
    ])
  })
})

describe('θ⁽⁰⁾', () => {
  const shape = (tasks: string[], crf = false): NetworkShape => ({
    ...paper(1),
    model: tinyConfig({ model: { crf } }).model,
    heads: tasks.map((task) => ({ task, tagCount: 4 })),
  })

  it('is a pure function of the seed', () => {
    expectSameBits(initialWeights(shape(['a', 'b']), 2019, null), initialWeights(shape(['a', 'b']), 2019, null))
  })

  it('differs by seed wherever it is random', () => {
    const [a, b] = [1, 2].map((seed) => initialWeights(shape(['a']), seed, null))
    const random = Object.keys(a).filter((name) => !/\.(b|transitions|start|end)$/.test(name))
    expect(random.length).toBe(7)
    for (const name of random) expect(a[name].data).not.toEqual(b[name].data)
  })

  it('of a task does not depend on the tasks beside it', () => {
    const [alone, together] = [['b'], ['a', 'b', 'c']].map((tasks) => initialWeights(shape(tasks, true), 7, null))
    expectSameBits(alone, Object.fromEntries(Object.keys(alone).map((name) => [name, together[name]])))
  })

  it('has forget biases of 1, other biases of 0, and matrices with values of both signs within ± 1', () => {
    const one = shape(['a'])
    const weights = initialWeights(one, 3, null)
    const H = one.model.hidden
    // The first row's forget gate; the second row is added to it.
    const bias = Float32Array.from({ length: 8 * H }, (_, i) => (i >= H && i < 2 * H ? 1 : 0))
    expect(weights['bilstm.0.forward.b'].data).toEqual(bias)
    expect(weights['bilstm.0.backward.b'].data).toEqual(bias)
    for (const name of ['char.conv.b', 'char.projection.b', 'head.a.b'])
      expect(weights[name].data.every((value) => value === 0)).toBe(true)
    for (const { name, init } of parameterSpecs(one).filter(
      (spec) => spec.shape.length === 2 && !spec.name.endsWith('.b'),
    )) {
      const values = weights[name].data
      expect(
        values.some((value) => value > 0.05) &&
          values.some((value) => value < -0.05) &&
          values.every((value) => Math.abs(value) <= 1),
        `${name} (${init})`,
      ).toBe(true)
    }
  })

  it('takes word vectors from the file; words without one stay random', () => {
    const one = { ...shape(['a']), wordCount: 3 }
    const D = one.model.wordDim
    const vectors = Float32Array.from({ length: 3 * D }, (_, i) => (i < D || i >= 2 * D ? NaN : i))
    const [plain, filled] = [null, vectors].map((from) => initialWeights(one, 4, from)['word.table'].data)
    expect([...filled.slice(D, 2 * D)]).toEqual([...vectors.slice(D, 2 * D)])
    expect(filled.slice(0, D)).toEqual(plain.slice(0, D))
    expect(filled.slice(2 * D)).toEqual(plain.slice(2 * D))
  })
})
