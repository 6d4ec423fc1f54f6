/** The requests of the subnet explorer, over real masks in a real database. */
import { beforeAll, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../main/store/index.ts'
import { networkShape } from '../../main/nn/initialWeights.ts'
import { prunableLayers } from '../../main/nn/parameters.ts'
import { MaskCache } from '../../main/api/masks/cache.ts'
import { fromBase64 } from '../../shared/util/base64.ts'
import {
  addUp,
  has,
  keptBy,
  keptByBoth,
  keptByEither,
  overlapOf,
  sharingOf,
  total,
} from '../../shared/network/combinations.ts'
import { layerLayout } from '../../shared/network/layout.ts'
import { intersectAll, keptCount, overlapRatio, sharing, size, unionAll, type Mask } from '../../shared/network/mask.ts'
import type { MaskComparison, MaskList, OtherRun, Subnet, WeightMap } from '../../shared/protocol/requests/masks.ts'
import type { RequestName, Requests } from '../../shared/protocol/api.ts'
import { openTestApi } from '../support/api.ts'
import { loadTiny, tinyConfig } from '../support/corpus.ts'
import { created, finished, runSession, type Experiment } from '../support/experiments.ts'
import { afterFile } from '../support/cleanup.ts'
import { randomMask } from '../support/masks.ts'
import { newRun } from '../store/records.ts'

let experiment: Experiment
let store: Store
beforeAll(async () => {
  experiment = await finished(tinyConfig({ methods: ['sparse'] }))
  store = experiment.store
})

async function ask<K extends RequestName>(
  name: K,
  args: Requests[K]['arguments'],
  of = store,
): Promise<Requests[K]['result']> {
  const api = openTestApi(of)
  const reply = await api.call(name, args)
  await api.close()
  if (!reply.ok) throw Object.assign(new Error(reply.error.message), { code: reply.error.code })
  return JSON.parse(JSON.stringify(reply.value)) as Requests[K]['result']
}
const subnet = (task: string, round: number): Subnet => ({ run: experiment.runId, task, round })
const maskOf = ({ task, round }: Subnet) => store.loadMask(experiment.runId, task, round)!

describe('masks.list', () => {
  it('has every mask with its dev score and the choice', async () => {
    const { masks, run, prunes }: MaskList = await ask('masks.list', { run: experiment.runId.slice(-5) })
    const { tickets } = store.getRun(experiment.runId).report!
    expect([run.id, run.tasks, prunes]).toEqual([experiment.runId, ['pos', 'np'], true])
    expect(masks).toEqual(
      tickets.flatMap(({ task, candidates, chosen }) =>
        candidates.map(({ round, kept, density, dev }) => ({
          task,
          round,
          kept,
          density,
          dev: dev.value,
          chosen: round === chosen,
        })),
      ),
    )
  })

  it('follows a running run: the mask of the next round exists before its score, and nothing is chosen', async () => {
    const young = await created(tinyConfig({ methods: ['sparse'], tasks: { pos: { tags: 1 } } }))
    expect((await ask('masks.list', { run: young.runId }, young.store)).masks).toEqual([])
    await runSession(young, { stopAt: ({ type }) => type === 'trainingEnd' })
    const { masks } = await ask('masks.list', { run: young.runId }, young.store)
    expect(masks.map(({ round, chosen }) => [round, chosen])).toEqual([
      [0, false],
      [1, false],
    ])
    expect(masks.map(({ dev }) => dev === null)).toEqual([false, true])
  })

  it('reports that a run without pruning has no masks', async () => {
    const { id } = store.createRun(newRun('hard', { config: tinyConfig({ methods: ['hard'] }) }))
    expect(await ask('masks.list', { run: id })).toMatchObject({ prunes: false, masks: [] })
    store.deleteRun(id)
  })
})

describe('masks.compare', () => {
  const subnets = () => [subnet('pos', 1), subnet('np', 2), subnet('pos', 2)]

  it('counts combinations from which everything in shared/network/mask.ts follows', async () => {
    const { layers }: MaskComparison = await ask('masks.compare', { subnets: subnets() })
    const masks = subnets().map(maskOf)
    expect(
      layers.map(({ layer, shape, combinations }) => ({
        layer,
        size: total(combinations),
        shape,
        ...sharingOf(combinations),
      })),
    ).toEqual(sharing(masks).map((one, l) => ({ ...one, shape: masks[0].layers[l].shape })))
    const whole = addUp(layers.map(({ combinations }) => combinations))
    expect(total(whole)).toBe(size(masks[0]))
    expect(overlapOf(whole)).toBe(overlapRatio(masks))
    masks.forEach((mask, i) => expect(keptBy(whole, i)).toBe(keptCount(mask)))
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      expect(keptByBoth(whole, a, b)).toBe(keptCount(intersectAll([masks[a], masks[b]])))
      expect(keptByEither(whole, a, b)).toBe(keptCount(unionAll([masks[a], masks[b]])))
    }
    // A later round is a subset of an earlier one of the same task.
    expect(keptByBoth(whole, 0, 2)).toBe(keptBy(whole, 2))
  })

  it('gives the same counts in another order of subnets', async () => {
    const [a, b] = [
      await ask('masks.compare', { subnets: subnets() }),
      await ask('masks.compare', { subnets: subnets().reverse() }),
    ]
    const turned = (c: number) => (Number(has(c, 0)) << 2) | (Number(has(c, 1)) << 1) | Number(has(c, 2))
    a.layers.forEach(({ combinations }, l) =>
      expect(combinations).toEqual(combinations.map((_, c) => b.layers[l].combinations[turned(c)])),
    )
  })

  it('compares subnets of two runs, and refuses different networks with both names', async () => {
    const shape = networkShape(experiment.config.model, (await loadTiny(experiment.config)).data)
    const fill = (name: string, mask: Mask) => {
      const { id } = store.createRun(newRun(name))
      store.saveMask(id, 'ner', 0, mask)
      return id
    }
    const like = fill('like', randomMask(shape, 0.5, 'a'))
    const unlike = fill('unlike', randomMask({ ...shape, model: { ...shape.model, hidden: 9 } }, 0.5, 'b'))
    const { layers } = await ask('masks.compare', { subnets: [subnet('pos', 0), { run: like, task: 'ner', round: 0 }] })
    expect(keptBy(addUp(layers.map(({ combinations }) => combinations)), 1)).toBe(
      keptCount(store.loadMask(like, 'ner', 0)!),
    )
    await expect(
      ask('masks.compare', { subnets: [subnet('pos', 0), { run: unlike, task: 'ner', round: 0 }] }),
    ).rejects.toMatchObject({
      code: 'differentNetworks',
      message:
        `Subnets of different networks cannot be compared: pos round 0 of run ${experiment.runId} has char.conv.W [12, 5], bilstm.0.forward.W [17, 32], bilstm.0.backward.W [17, 32]; ` +
        `ner round 0 of run ${unlike} has char.conv.W [12, 5], bilstm.0.forward.W [18, 36], bilstm.0.backward.W [18, 36].`,
    })
    const others: OtherRun[] = await ask('masks.others', { run: experiment.runId })
    expect(others.every(({ otherSeed, seed }) => !otherSeed && Number.isInteger(seed))).toBe(true)
    expect(others.map(({ id, sameShape }) => [id, sameShape])).toEqual([
      [like, true],
      [unlike, false],
    ])
    for (const id of [like, unlike]) store.deleteRun(id)
  })

  it.each([
    ['none', 0, 'last', 'badArguments'],
    ['nine', 9, 'last', 'badArguments'],
    ['those of a run that is not there', 1, 'nobody', 'missing'],
  ])('refuses %s', async (_, length, run, code) => {
    await expect(
      ask('masks.compare', { subnets: Array.from({ length }, () => ({ run, task: 'pos', round: 0 })) }),
    ).rejects.toMatchObject({ code })
  })

  it('reports the missing mask', async () => {
    await expect(ask('masks.compare', { subnets: [subnet('np', 7)] })).rejects.toThrow(
      `Run ${experiment.runId} has no mask of np in round 7.`,
    )
  })
})

describe('masks.weights', () => {
  it('lists for every weight the subnets that keep it, and its row and column', async () => {
    const subnets = [subnet('pos', 1), subnet('np', 2)]
    for (const [l, { name, shape }] of maskOf(subnets[0]).layers.entries()) {
      const map: WeightMap = await ask('masks.weights', { subnets, layer: name })
      const bytes = fromBase64(map.kept)
      expect(map.shape).toEqual(shape)
      for (const [i, one] of subnets.entries())
        expect(Array.from(bytes, (byte) => (byte >> i) & 1)).toEqual(Array.from(maskOf(one).layers[l].kept))
    }
    const map = await ask('masks.weights', { subnets, layer: 'bilstm.0.forward.W' })
    expect(map.rows).toEqual([
      { name: 'word', count: 6 },
      { name: 'char', count: 3 },
      { name: 'recurrent', count: 8 },
    ])
    expect(map.columns.map(({ name }) => name)).toEqual(['i', 'f', 'g', 'o'])
  })

  it('refuses a missing layer', async () => {
    await expect(ask('masks.weights', { subnets: [subnet('pos', 1)], layer: 'bilstm.1.forward.W' })).rejects.toThrow(
      /There is no layer bilstm.1.forward.W; the layers are char.conv.W, /,
    )
  })

  it.each([
    [1, 3],
    [2, 5],
    [4, 1],
  ])('knows the parts of every layer of a network of %d layers, window %d', (layers, charWidth) => {
    const { model } = tinyConfig({ model: { layers, charWidth } })
    for (const { name, shape } of prunableLayers({ model, wordCount: 1, charCount: 1, heads: [] })) {
      const { rows, columns } = layerLayout(name, shape, model)
      const sum = (parts: { count: number }[]) => parts.reduce((all, { count }) => all + count, 0)
      expect([sum(rows), sum(columns)], name).toEqual(shape)
    }
  })
})

describe('the cache', () => {
  it('keeps the last used masks within its limit, and returns what is stored', () => {
    const memory = openStore(':memory:')
    afterFile(() => memory.close())
    const { id } = memory.createRun(newRun())
    const mask = (value: number): Mask => ({
      layers: [{ name: 'W', shape: [10], kept: new Uint8Array(10).fill(value) }],
    })
    for (let round = 0; round < 4; round++) memory.saveMask(id, 'ner', round, mask(round % 2))
    const cache = new MaskCache(memory, 25)
    const get = (round: number) => cache.get({ run: id, task: 'ner', round })
    const first = get(0)
    expect(get(1).layers[0].kept[0]).toBe(1)
    expect(get(0)).toBe(first)
    // Room for two: the least recently used is dropped.
    const second = get(1)
    get(2)
    expect(get(1)).toBe(second)
    expect(get(0)).not.toBe(first)
    expect(get(0)).toEqual(mask(0))
  })
})
