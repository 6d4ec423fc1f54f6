import { expect, it } from 'vitest'
import { configDifference, isYounger } from '../../shared/settings/difference.ts'
import { tinyConfig } from '../support/corpus.ts'

it('lists the settings that differ, and counts the others', () => {
  const [a, b] = [tinyConfig(), tinyConfig({ seed: 7, imp: { epochs: 3 }, methods: ['hard'] })]
  const { differing, equal } = configDifference([a, b])
  expect(differing).toEqual([
    { name: 'methods', values: [['sparse'], ['hard']] },
    { name: 'seed', values: [a.seed, 7] },
    { name: 'imp.epochs', values: [2, 3] },
  ])
  expect(equal).toBeGreaterThan(40)
  expect(configDifference([a, a, a])).toEqual({ differing: [], equal: equal + 3 })
})

it('compares named entries name by name: another task is missing, not another value', () => {
  const a = { tasks: { ner: { tags: 3 }, pos: { tags: 1 } } }
  const b = { tasks: { pos: { tags: 1 }, chunk: { tags: 2 } } }
  expect(configDifference([a, b])).toEqual({
    differing: [
      { name: 'tasks.ner.tags', values: [3, undefined] },
      { name: 'tasks.chunk.tags', values: [undefined, 2] },
    ],
    equal: 1,
  })
})

it('accepts settings that an old run lacks, also a whole group of them', () => {
  const old = { joint: { epochs: 5 } }
  const now = { joint: { epochs: 5, patience: null }, soft: { own: 0.9, more: {} } }
  expect(configDifference([now, old, now]).differing).toEqual([
    { name: 'joint.patience', values: [null, undefined, null] },
    { name: 'soft.own', values: [0.9, undefined, 0.9] },
  ])
})

it('accepts a value in place of a group, treats lists as one value, ignores the order of entries', () => {
  expect(configDifference([{ a: 1 }, { a: { b: 1 } }]).differing.map(({ name }) => name)).toEqual(['a', 'a.b'])
  expect(configDifference([{ a: [1, 2] }, { a: [2, 1] }]).differing).toEqual([
    {
      name: 'a',
      values: [
        [1, 2],
        [2, 1],
      ],
    },
  ])
  expect(
    configDifference([
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ]),
  ).toEqual({ differing: [], equal: 2 })
  expect(configDifference([])).toEqual({ differing: [], equal: 0 })
})

it('distinguishes a setting that is newer than a run from one that differs', () => {
  const old = { joint: { epochs: 5 }, tasks: { ner: { tags: 3 } }, tickets: { rounds: {} } }
  const now = {
    joint: { epochs: 6, patience: null },
    tasks: { ner: { tags: 3, layer: 1 }, pos: { tags: 1 } },
    tickets: { rounds: { ner: 2 } },
  }
  const younger = (configs: unknown[]) =>
    configDifference(configs)
      .differing.filter((one) => isYounger(one, configs))
      .map(({ name }) => name)
  expect(younger([old, now])).toEqual(['joint.patience', 'tasks.ner.layer'])
  expect(younger([old, now, { ...now, joint: { epochs: 6, patience: 3 } }])).toEqual(['tasks.ner.layer'])
})
