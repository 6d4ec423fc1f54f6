/** A search whose rounds end when their mask settles, and the finalists that are trained to the end. */
import { beforeAll, describe, expect, it } from 'vitest'
import { isSubset, keptCount } from '../../shared/network/mask.ts'
import { trainingKey } from '../../shared/runs/training.ts'
import { plannedTrainings, withoutBegunFinalists } from '../../shared/settings/plan.ts'
import { tinyConfig } from '../support/corpus.ts'
import {
  created,
  expectSameOutcome,
  expectWholeMetrics,
  finished,
  outcomeOf,
  runSession,
  type Outcome,
} from '../support/experiments.ts'

const config = tinyConfig({
  methods: ['single', 'subnet', 'sparse'],
  imp: {
    epochs: 6,
    stop: 'settled',
    settledChange: 0.2,
    settledEpochs: 1,
    searchEpochs: 4,
    maxRounds: 3,
    finalists: 2,
  },
})

describe('a run with imp.stop: settled', () => {
  let whole: Outcome

  beforeAll(async () => {
    whole = outcomeOf(await finished(config))
    expectWholeMetrics(whole)
  })

  it('trains the dense round and the finalists to the end, and the other rounds until their mask settles', () => {
    for (const task of ['pos', 'np']) {
      const of = (phase: string) => whole.trainings.filter(({ key }) => key.startsWith(`${phase}/${task}/`))
      expect(of('search').map(({ key }) => key)).toEqual([1, 2, 3].map((round) => `search/${task}/${round}`))
      expect(of('imp').length).toBe(3)
      for (const { result } of of('imp')) expect(result!.epochs).toBe(6)
      for (const { key, result } of of('search')) {
        const changes = whole.epochs[key].map(({ maskChange }) => maskChange)
        expect(changes[0]).toBeNull()
        // It ends with the first mask that settled, or with its epochs.
        expect(changes.slice(1, -1).every((change) => change! > 0.2)).toBe(true)
        expect(changes.at(-1)! <= 0.2 || result!.epochs === 4, key).toBe(true)
      }
    }
    expect(whole.trainings.some(({ key, result }) => key.startsWith('search/') && result!.epochs < 4)).toBe(true)
  })

  it('chooses among the dense round and the finalists only', () => {
    for (const { task, candidates, chosen } of whole.report!.tickets) {
      expect(candidates.map(({ round }) => round)).toEqual([0, 1, 2, 3])
      const eligible = candidates.filter(({ searchOnly }) => searchOnly !== true)
      expect(eligible.length).toBe(3)
      expect(eligible.map(({ round }) => round)).toContain(chosen)
      for (const { round, dev } of eligible)
        expect(dev).toEqual(whole.trainings.find(({ key }) => key === `imp/${task}/${round}`)!.result!.dev[task])
      expect(Math.max(...eligible.map(({ dev }) => dev.value))).toBe(
        candidates.find(({ round }) => round === chosen)!.dev.value,
      )
    }
  })

  it('finds nested masks of the same size as a search that trains every round to the end', async () => {
    const { imp, ...rest } = config
    const full = outcomeOf(await finished({ ...rest, imp: { ...imp, stop: 'epochs' } }))
    for (const task of ['pos', 'np'])
      for (let round = 1; round <= 3; round++) {
        const mask = whole.masks[`${task}/${round}`]
        expect(keptCount(mask)).toBe(keptCount(full.masks[`${task}/${round}`]))
        expect(isSubset(mask, whole.masks[`${task}/${round - 1}`])).toBe(true)
      }
    expect(Object.keys(whole.masks)).toEqual(Object.keys(full.masks))
  })

  it('stores no weights of rounds that only found a mask', () => {
    expect(Object.keys(whole.weights).filter((key) => key.startsWith('search/'))).toEqual([])
  })

  it('gives the same result stopped again and again', async () => {
    const experiment = await created(config)
    let sittings = 0
    for (let end = 'stopped'; end === 'stopped'; sittings++) {
      expect(sittings).toBeLessThan(80)
      let events = 0
      ;({ end } = await runSession(experiment, { stopAt: () => ++events === 9 + 5 * sittings }))
    }
    expect(sittings).toBeGreaterThan(3)
    expectSameOutcome(outcomeOf(experiment), whole)
  })

  it('plans as many trainings as it takes', () => {
    const keys = new Set(whole.trainings.map(({ key }) => key))
    const plan = plannedTrainings(config, { taskEpoch: new Map(), jointEpoch: null })
    expect(plan.length).toBe(keys.size)
    expect(withoutBegunFinalists(plan, keys).filter(({ key }) => !keys.has(key))).toEqual([])
  })
})

it.each(['random', 'snip'] as const)('the criterion %s prunes the same number of other weights', async (criterion) => {
  const changes = { methods: ['sparse' as const], imp: { maxRounds: 2 } }
  const [plain, other, again] = await Promise.all(
    [{}, { criterion }, { criterion }].map(async (imp) =>
      outcomeOf(await finished(tinyConfig({ ...changes, imp: { ...changes.imp, ...imp } }))),
    ),
  )
  expectSameOutcome(again, other)
  for (const key of ['pos/1', 'pos/2', 'np/1', 'np/2']) {
    expect(keptCount(other.masks[key])).toBe(keptCount(plain.masks[key]))
    expect(other.masks[key]).not.toEqual(plain.masks[key])
  }
  expect(isSubset(other.masks['pos/2'], other.masks['pos/1'])).toBe(true)
})

it('a search with a criterion that ignores the trained weights takes settledEpochs a round', async () => {
  const imp = { epochs: 5, stop: 'settled' as const, criterion: 'random' as const, settledEpochs: 2, finalists: 1 }
  const { store, runId } = await finished(tinyConfig({ methods: ['sparse'], imp }))
  const searched = store.trainings(runId).filter(({ id }) => id.phase === 'search')
  expect(searched.map(({ id }) => trainingKey(id)).toSorted()).toEqual(
    ['np', 'pos'].flatMap((task) => [1, 2].map((round) => `search/${task}/${round}`)),
  )
  for (const { result } of searched) expect(result!.epochs).toBe(2)
})
