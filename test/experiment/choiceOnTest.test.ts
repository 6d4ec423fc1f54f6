/** The analysis of choosing the joint epoch on test: asked for, sealed, and without influence on the run. */
import { expect, it } from 'vitest'
import { choices } from '../../main/experiment/choiceOnTest.ts'
import { tinyConfig } from '../support/corpus.ts'
import { finished, outcomeOf } from '../support/experiments.ts'

it('finds the epoch of every way to choose', () => {
  const dev = new Map([
    ['pos', [90, 95, 94]],
    ['ner', [70, 71, 80]],
  ])
  const test = new Map([
    ['pos', [91, 92, 93]],
    ['ner', [75, 69, 74]],
  ])
  const found = choices(dev, test).map(({ by, perTask, tasks }) => [
    by,
    perTask,
    ...['pos', 'ner'].flatMap((task) => [tasks[task].epoch, tasks[task].test]),
  ])
  expect(found).toEqual([
    ['dev', false, 2, 93, 2, 74],
    ['dev', true, 1, 92, 2, 74],
    ['test', false, 2, 93, 2, 74],
    ['test', true, 2, 93, 0, 75],
  ])
})

it('reports beside the results, which it does not change', async () => {
  const base = { methods: ['hard' as const, 'sparse' as const], joint: { epochs: 3 } }
  const plain = outcomeOf(await finished(tinyConfig(base)))
  const analysed = outcomeOf(await finished(tinyConfig({ ...base, analyses: { choiceOnTest: true } })))
  expect(plain.report!.choiceOnTest).toBeUndefined()
  const { choiceOnTest, ...report } = analysed.report!
  expect(report).toEqual(plain.report)
  expect(analysed.weights).toEqual(plain.weights)
  expect(analysed.epochs).toEqual(plain.epochs)
  expect(choiceOnTest!.map(({ method }) => method).toSorted()).toEqual(['hard', 'sparse'])
  for (const { method, choices: ways } of choiceOnTest!) {
    const { scores } = report.methods.find((one) => one.method === method)!
    const honest = ways.find(({ by, perTask }) => by === 'dev' && !perTask)!
    // The epoch that the run chose, scored at the time, is what the one reading of test found.
    for (const [task, { test, bestEpoch }] of Object.entries(scores))
      expect(honest.tasks[task]).toEqual({ epoch: bestEpoch, test: test!.value })
  }
})

it('test files are read once more only where the analysis was asked for', async () => {
  const { store, runId } = await finished(tinyConfig({ methods: ['hard'] }))
  for (const { result } of store.trainings(runId)) expect(result).not.toHaveProperty('sealedTest')
})
