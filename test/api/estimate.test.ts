/** The time estimate, measured in a process of its own on real data. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tinyConfig } from '../support/corpus.ts'
import { openStudio } from '../support/studio.ts'

const all = tinyConfig({ methods: ['single', 'subnet', 'hard', 'sparse'], warmup: { steps: 15 }, imp: { patience: 3 } })

it('measures every stage of the run, and stores nothing', async () => {
  const studio = openStudio()
  const { seconds, atMost, busy, tokensPerSecond, measuredSeconds, parts } = await studio.ask('training.estimate', {
    config: studio.placed(all),
  })
  expect(parts.map(({ stage, trainings }) => [stage, trainings])).toEqual([
    ['reading the corpora', 0],
    ['multi-task warmup', 1],
    ['iterative magnitude pruning', 6],
    ['joint training, hard sharing', 1],
    ['joint training, sparse sharing', 1],
  ])
  for (const number of [seconds, tokensPerSecond, measuredSeconds, ...parts.map((part) => part.seconds)]) {
    expect(number).toBeGreaterThan(0)
    expect(number).toBeLessThan(1e6)
  }
  expect(seconds).toBeCloseTo(parts.reduce((sum, part) => sum + part.seconds, 0))
  expect(parts.map(({ steps }) => steps)).toEqual([0, 15, 120, 40, 40])
  expect([atMost, busy]).toEqual([true, false])
  expect(studio.store.listRuns()).toEqual([])
})

it('reports another running training, and finds the same problems in the data as a start', async () => {
  const studio = openStudio()
  const { run } = await studio.start(tinyConfig({ methods: ['hard'], joint: { epochs: 100_000 } }))
  await studio.event(run, ({ type }) => type === 'steps')
  // Subnets of an earlier run need no search.
  const estimate = await studio.ask('training.estimate', {
    config: studio.placed(tinyConfig({ methods: ['sparse'], tickets: { run } })),
  })
  expect(estimate).toMatchObject({ busy: true, atMost: false })
  expect(estimate.parts.map(({ stage }) => stage)).toEqual(['reading the corpora', 'joint training, sparse sharing'])
  writeFileSync(join(studio.folder, 'train.txt'), 'one DET B-NP\ntwo NOUN\n')
  expect(await studio.refusal('training.estimate', { config: studio.placed(all) })).toMatchObject({
    code: 'badData',
    message: expect.stringContaining('train.txt:2') as string,
  })
  rmSync(join(studio.folder, 'train.txt'))
  expect(await studio.refusal('training.estimate', { config: studio.placed(all) })).toMatchObject({
    code: 'badConfig',
    message: expect.stringContaining('there is no such file') as string,
  })
})
