/** The whole network: loss and all gradients of every backend = those of the composed ops. */
import { describe, expect, it } from 'vitest'
import { dispose, tidy } from '@tensorflow/tfjs-core'
import { packBatch } from '../../main/nn/batch.ts'
import { packForInference } from '../../main/nn/inferenceBatch.ts'
import {
  disposeDeviceMask,
  lossAndGradients,
  makeDeviceMask,
  Network,
  type DropoutPlan,
  type DropoutSite,
} from '../../main/nn/network.ts'
import type { NetworkShape } from '../../main/nn/parameters.ts'
import { initialWeights, networkShape } from '../../main/nn/initialWeights.ts'
import type { SoftConfig } from '../../shared/settings/config.ts'
import { deriveKey } from '../../shared/util/random.ts'
import { BACKENDS, COMPOSED, type TestBackend } from '../support/backends.ts'
import { expectClose } from '../support/arrays.ts'
import { loadTiny, tinyConfig } from '../support/corpus.ts'
import { randomMask } from '../support/masks.ts'

type Loaded = Awaited<ReturnType<typeof loadTiny>>['data']

const SENTENCES = Int32Array.of(3, 0, 7, 12, 20, 21, 5)

/** Loss, gradients by parameter and predictions of one batch. */
async function compute(
  backend: TestBackend,
  data: Loaded,
  shape: NetworkShape,
  density: number | null,
  withDropout: boolean,
) {
  await backend.use()
  const network = new Network(shape, initialWeights(shape, 5, null))
  const task = data.tasks[1]
  const batch = packBatch(task.train, data.spellings, SENTENCES, new Int32Array(data.wordCount).fill(-1))
  const mask = density === null ? null : makeDeviceMask(randomMask(shape, density, 'network'))
  const drop: DropoutPlan | undefined = withDropout ? (site) => ({ keep: 0.6, key: deriveKey(1, site) }) : undefined
  const rows = network.wordTable.gatherRows(batch.words, 0, 0.1, 0.9)
  const trainable = network.trainable(task.name)
  const { loss, dRows, gradients } = lossAndGradients(
    () => network.loss(batch, rows, task.name, mask, drop),
    rows,
    trainable.map(({ variable }) => variable),
  )
  const result = {
    loss: loss.dataSync()[0],
    gradients: Object.fromEntries(
      [['word rows', dRows] as const, ...trainable.map(({ name }, i) => [name, gradients[i]] as const)].map(
        ([name, t]) => [name, t.dataSync<'float32'>().slice()],
      ),
    ),
    predicted: [
      ...(await network.predict(
        packForInference(
          task.train,
          data.spellings,
          SENTENCES,
          new Int32Array(data.spellings.charStart.length - 1).fill(-1),
        ),
        task.name,
        mask,
      )),
    ],
  }
  dispose([loss, dRows, rows, ...gradients])
  disposeDeviceMask(mask)
  network.dispose()
  return result
}

describe.each(BACKENDS.filter((backend) => backend !== COMPOSED))('the network on $name', (backend) => {
  it.each(
    [1, 2].flatMap((layers) =>
      [false, true].flatMap((crf) =>
        [null, 0.4].flatMap((density) => [false, true].map((dropout) => ({ layers, crf, density, dropout }))),
      ),
    ),
  )(
    'layers $layers, CRF $crf, density $density, dropout $dropout: as composed',
    async ({ layers, crf, density, dropout }) => {
      const { model, ...config } = tinyConfig({ model: { layers, crf } })
      const { data } = await loadTiny({ model, ...config })
      await expectAsComposed(backend, data, networkShape(model, data), density, dropout)
    },
  )

  it.each<[string, (shape: NetworkShape, soft: SoftConfig) => NetworkShape, number]>([
    ['soft sharing, stitched', (shape, soft) => ({ ...shape, soft }), 2],
    ['soft sharing, tied', (shape, soft) => ({ ...shape, soft: { ...soft, variant: 'l2Tie' } }), 1],
    [
      'hierarchical sharing, the task on the first of two layers',
      (shape) => ({ ...shape, heads: shape.heads.map((head) => ({ ...head, layers: 1 })) }),
      2,
    ],
  ])('%s: as composed', async (_, shaped, layers) => {
    const { model, soft, ...config } = tinyConfig({ model: { layers } })
    const { data } = await loadTiny({ model, soft, ...config })
    await expectAsComposed(backend, data, shaped(networkShape(model, data), soft), null, true)
  })

  async function expectAsComposed(...[backend, data, shape, density, dropout]: Parameters<typeof compute>) {
    const expected = await compute(COMPOSED, data, shape, density, dropout)
    const actual = await compute(backend, data, shape, density, dropout)
    // Rounding through some fifty sums in a row, among them the recurrence of up to seven steps, twice over with two
    // layers.
    expectClose([actual.loss], [expected.loss], 1e-5, 'loss')
    expect(Object.keys(actual.gradients)).toEqual(Object.keys(expected.gradients))
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      expect(
        gradient.some((value) => value !== 0),
        `${name} has a gradient`,
      ).toBe(true)
      expectClose(actual.gradients[name], gradient, 2e-5, name)
    }
    expect(actual.predicted).toEqual(expected.predicted)
  }
})

describe.each(BACKENDS)('weights on $name', (backend) => {
  it('come back as they went in, and are copies', async () => {
    await backend.use()
    const config = tinyConfig()
    const { data } = await loadTiny(config)
    const shape = networkShape(config.model, data)
    const weights = initialWeights(shape, 1, null)
    const network = new Network(shape, initialWeights(shape, 2, null))
    network.load(weights)
    const copy = await network.weights()
    expect(copy).toEqual(weights)
    for (const { data: values } of Object.values(copy)) values.fill(3)
    expect(await network.weights()).toEqual(weights)
    network.dispose()
  })

  it('that lack a parameter or have another shape are refused', async () => {
    await backend.use()
    const config = tinyConfig()
    const { data } = await loadTiny(config)
    const shape = networkShape(config.model, data)
    const { 'head.np.W': _, ...lacking } = initialWeights(shape, 1, null)
    expect(() => new Network(shape, lacking)).toThrow(/lack head\.np\.W/)
    const wrong = { ...initialWeights(shape, 1, null), 'char.conv.W': { shape: [2, 2], data: new Float32Array(4) } }
    expect(() => new Network(shape, wrong)).toThrow(/char\.conv\.W has shape \[2,2\]/)
  })
})

describe.each(BACKENDS)('outputs of layers on $name', (backend) => {
  it('are what the next layer and the head read', async () => {
    await backend.use()
    const config = tinyConfig({ model: { layers: 2 } })
    const { data } = await loadTiny(config)
    const shape = networkShape(config.model, data)
    const weights = initialWeights(shape, 5, null)
    const network = new Network(shape, weights)
    const { name, train } = data.tasks[1]
    const seen = new Int32Array(data.spellings.charStart.length - 1).fill(-1)
    const batch = packForInference(train, data.spellings, SENTENCES, seen)
    const mask = makeDeviceMask(randomMask(shape, 0.5, 'layers'))
    const top = await network.encodeLayers(batch, name, mask, 2)
    const first = await network.encodeLayers(batch, name, mask, 1)
    const width = 2 * config.model.hidden
    expect(first.length).toBe(width * batch.tokens.length)
    expect(first).not.toEqual(top)

    const [[, scores]] = await network.scoreTasks(batch, [{ mask, tasks: [name] }])
    const [W, b] = ['W', 'b'].map((part) => weights[`head.${name}.${part}`].data)
    const expected = Float32Array.from(scores, (_, i) => {
      const [row, tag] = [Math.floor(i / b.length), i % b.length]
      let sum = b[tag]
      for (let u = 0; u < width; u++) sum += top[row * width + u] * W[u * b.length + tag]
      return sum
    })
    expectClose(scores, expected, 1e-5, 'scores')
    // The first layer of this network is the only one of a network with one layer.
    const single = new Network({ ...shape, model: { ...shape.model, layers: 1 } }, weights)
    expect(await single.encodeLayers(batch, name, mask, 1)).toEqual(first)
    disposeDeviceMask(mask)
    network.dispose()
    single.dispose()
  })
})

describe.each(BACKENDS)('dropout on $name', (backend) => {
  it('acts at four places, each with its own key, and nowhere unless asked', async () => {
    await backend.use()
    const config = tinyConfig()
    const { data } = await loadTiny(config)
    const shape = networkShape(config.model, data)
    const network = new Network(shape, initialWeights(shape, 5, null))
    const task = data.tasks[1]
    const batch = packBatch(task.train, data.spellings, SENTENCES, new Int32Array(data.wordCount).fill(-1))
    const rows = network.wordTable.gatherRows(batch.words, 0, 0.1, 0.9)
    const scores = (drop?: DropoutPlan) =>
      tidy(() => network.scores(batch, rows, task.name, null, drop).dataSync<'float32'>().slice())
    const plain = scores()
    const sites: DropoutSite[] = []
    expect(scores((site) => (sites.push(site), { keep: 1, key: { k0: 0, k1: 0 } }))).toEqual(plain)
    expect(sites.toSorted()).toEqual(['char', 'lstm', 'projection', 'word'])
    for (const only of sites) {
      const at =
        (k0: number): DropoutPlan =>
        (site) => ({ keep: site === only ? 0.5 : 1, key: { k0, k1: 0 } })
      expect(scores(at(1)), only).not.toEqual(plain)
      expect(scores(at(1)), only).not.toEqual(scores(at(2)))
      expect(scores(at(1)), only).toEqual(scores(at(1)))
    }
    rows.dispose()
    network.dispose()
  })
})
