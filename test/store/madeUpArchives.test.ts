/**
 * Made-up archives with a valid seal: each is refused with a reason, or imported, and then the run is listed, opened and
 * deleted. The long form: CASES=1000 npx vitest run test/store/madeUpArchives.test.ts
 */
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { tinyConfig } from '../support/corpus.ts'
import { finished } from '../support/experiments.ts'
import { makeUpArchive } from '../support/madeUpArchives.ts'
import { casesOf, Dice } from '../support/random.ts'
import { open, temporaryPath } from './fixtures.ts'

const { cases, seed } = casesOf(80)
const REFUSALS = ['damaged', 'foreign', 'newer', 'exists']

it(`refuses or imports ${cases} of them (seed ${seed})`, { timeout: 60_000 + 200 * cases }, async () => {
  const trained = await finished(
    tinyConfig({ methods: ['single', 'sparse'], imp: { epochs: 1 }, joint: { epochs: 1 } }),
  )
  const path = temporaryPath()
  const store = open(path)
  const original = join(dirname(path), 'original.sparserun')
  trained.store.archiveRun(trained.runId, original, '1')
  const madeUp = join(dirname(path), 'made-up.sparserun')
  const dice = new Dice(seed)
  const outcomes = { refused: 0, imported: 0 }
  for (let n = 0; n < cases; n++) {
    const changes = makeUpArchive(dice, original, madeUp)
    let run: string
    try {
      run = store.unarchiveRun(madeUp).run
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      expect(REFUSALS, `${n}: ${changes}: ${message}`).toContain(code)
      expect(message).toContain('made-up.sparserun')
      outcomes.refused++
      expect(store.listSummaries()).toEqual([])
      continue
    }
    outcomes.imported++
    // Whatever was imported can be read in full, and deleted.
    expect(
      store.listSummaries().map(({ id, damaged }) => [id, damaged]),
      changes,
    ).toEqual([[run, null]])
    store.getRun(run)
    for (const { id } of store.trainings(run)) {
      store.epochMetrics(run, id)
      store.stepMetrics(run, id, { maxPoints: 100 })
      store.loadCheckpoint(run, id)
    }
    for (const { task, round } of store.listMasks(run)) store.loadMask(run, task, round)
    store.deleteRun(run)
    expect(store.listSummaries()).toEqual([])
  }
  expect(outcomes.refused).toBeGreaterThan(0)
  expect(outcomes.imported).toBeGreaterThan(0)
})
