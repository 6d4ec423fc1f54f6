/** Soft and hierarchical sharing: what a step of one task may change, compared by bits, and that they train. */
import { beforeEach, expect, it } from 'vitest'
import { jointSpec } from '../../main/experiment/specs.ts'
import { changedBy, parameterSpecs } from '../../main/nn/parameters.ts'
import { initialWeights } from '../../main/nn/initialWeights.ts'
import type { Weights } from '../../main/nn/network.ts'
import type { SoftConfig } from '../../shared/settings/config.ts'
import type { JointMethod } from '../../shared/settings/methods.ts'
import { sameBits } from '../support/arrays.ts'
import { FASTEST } from '../support/backends.ts'
import { loadTiny, tinyConfig } from '../support/corpus.ts'
import { record } from '../support/training.ts'

beforeEach(() => FASTEST.use())

async function specOf(method: JointMethod, soft: Partial<SoftConfig> = {}) {
  const config = tinyConfig({ soft, joint: { epochs: 3 } })
  const { data } = await loadTiny(config)
  return { config, data, spec: jointSpec(config, data, method, null) }
}

it.each<[string, JointMethod, Partial<SoftConfig>]>([
  ['soft, stitched', 'soft', { variant: 'crossStitch' }],
  ['soft, tied', 'soft', { variant: 'l2Tie' }],
  ['hierarchical', 'hierarchical', {}],
])('%s: a step of one task changes what it should, and nothing else', async (_, method, soft) => {
  const { data, spec } = await specOf(method, soft)
  const start = initialWeights(spec.shape, spec.seed, null)
  for (const task of spec.tasks) {
    const { weights } = await record({ ...spec, tasks: [task], settings: { ...spec.settings, keep: 'last' } }, data)
    for (const parameter of parameterSpecs(spec.shape).filter(({ role }) => role !== 'wordTable')) {
      const changes = changedBy(spec.shape, parameter, task.name)
      expect(
        sameBits(weights[parameter.name].data, start[parameter.name].data),
        `${parameter.name} by ${task.name}`,
      ).toBe(!changes)
    }
  }
})

it.each<[JointMethod, Partial<SoftConfig>]>([
  ['soft', { variant: 'crossStitch' }],
  ['soft', { variant: 'l2Tie' }],
  ['hierarchical', {}],
])('%s %j learns', async (method, soft) => {
  const { data, spec } = await specOf(method, soft)
  const { epochs } = await record(spec, data)
  for (const { name } of spec.tasks) expect(epochs.at(-1)!.loss[name]!).toBeLessThan(epochs[0].loss[name]!)
})

it('the tie pulls the tasks’ BiLSTMs together, the more the stronger', async () => {
  const apart = (weights: Weights) => {
    const [a, b] = ['pos', 'np'].map((task) => weights[`soft.${task}.bilstm.0.forward.W`].data as Float32Array)
    return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0))
  }
  const after = async (tie: number) => {
    const { data, spec } = await specOf('soft', { variant: 'l2Tie', tie })
    return apart((await record({ ...spec, settings: { ...spec.settings, keep: 'last' } }, data)).weights)
  }
  const [none, weak, strong] = [await after(0), await after(0.01), await after(0.3)]
  expect(weak).toBeLessThan(none)
  expect(strong).toBeLessThan(weak / 2)
})

it('hierarchical sharing has two layers at least; a task’s layer is its setting, else by its kind', async () => {
  const { config, data } = await specOf('hierarchical')
  const layers = (changes: Parameters<typeof tinyConfig>[0]) =>
    Object.fromEntries(
      jointSpec(tinyConfig(changes), data, 'hierarchical', null).shape.heads.map((head) => [head.task, head.layers]),
    )
  expect(config.model.layers).toBe(1)
  expect(jointSpec(config, data, 'hierarchical', null).shape.model.layers).toBe(2)
  expect(layers({})).toEqual({ pos: 1, np: 2 })
  expect(layers({ model: { layers: 3 } })).toEqual({ pos: 1, np: 3 })
  expect(layers({ tasks: { pos: { tags: 1, layer: 2 }, np: { tags: 2, layer: 1 } } })).toEqual({ pos: 2, np: 1 })
})
