/** Stopped and resumed = never stopped. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { corpusFiles, corpusText, tinyConfig } from '../support/corpus.ts'
import {
  created,
  expectSameOutcome,
  expectWholeMetrics,
  finished,
  outcomeOf,
  runSession,
  type Outcome,
} from '../support/experiments.ts'
import type { VocabularyJson } from '../../main/data/vocabulary.ts'
import { DOCUMENTS } from '../../main/store/artifacts.ts'
import { trainingKey } from '../../shared/runs/training.ts'

const config = tinyConfig({
  methods: ['single', 'hard', 'sparse'],
  warmup: { steps: 15 },
  imp: { epochs: 3 },
  joint: { epochs: 3 },
})

describe('a run with warmup, hard and sparse sharing', () => {
  let whole: Outcome

  beforeAll(async () => {
    whole = outcomeOf(await finished(config))
    expectWholeMetrics(whole)
  })

  it('gives the same result whenever it is run', async () => {
    expectSameOutcome(outcomeOf(await finished(config)), whole)
  })

  it('gives the same result on one core as on two', async () => {
    const one = outcomeOf(await finished({ ...config, threads: 1 }))
    const two = outcomeOf(await finished({ ...config, threads: 2 }))
    expectSameOutcome(one, whole)
    expectSameOutcome(two, whole)
  })

  it('gives the same result stopped again and again', async () => {
    const experiment = await created(config)
    let sittings = 0
    for (let end = 'stopped'; end === 'stopped'; sittings++) {
      expect(sittings).toBeLessThan(60)
      let events = 0
      // Every session makes progress, so that the run ends; together they stop everywhere.
      ;({ end } = await runSession(experiment, { stopAt: () => ++events === 10 + 5 * sittings }))
      expect(experiment.store.getRun(experiment.runId)).toMatchObject({ status: end, message: null })
    }
    expect(sittings).toBeGreaterThan(3)
    const outcome = outcomeOf(experiment)
    expectWholeMetrics(outcome)
    expectSameOutcome(outcome, whole)
  })

  it.each(['warmup', 'imp/np/1', 'hard', 'sparse'])(
    'gives the same result stopped at the start of %s, and trains nothing twice',
    async (key) => {
      const experiment = await created(config)
      const first = await runSession(experiment, {
        stopAt: (event) => event.type === 'trainingStart' && trainingKey(event.id) === key,
      })
      expect(first.end).toBe('stopped')
      const done = experiment.store
        .trainings(experiment.runId)
        .filter(({ state }) => state === 'finished')
        .map(({ id }) => trainingKey(id))
      const second = await runSession(experiment)
      expect(second.end).toBe('finished')
      const started = second.events.flatMap((event) => (event.type === 'trainingStart' ? [event] : []))
      expect(started.map(({ id }) => trainingKey(id)).filter((id) => done.includes(id))).toEqual([])
      expectSameOutcome(outcomeOf(experiment), whole)
    },
  )

  it('says so where it resumes in another environment', async () => {
    const experiment = await created(config)
    const { store, runId } = experiment
    await runSession(experiment, { stopAt: (event) => event.type === 'steps' })
    const { environment } = store.claimRun(runId, { ...store.getRun(runId).environment, cpu: 'Another CPU' })
    expect(environment.cpu).toBe('Another CPU')
    store.setStatus(runId, 'stopped')
    const { events } = await runSession(experiment, { stopAt: (event) => event.type === 'steps' })
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
    expect(warnings).toEqual([expect.stringMatching(/another environment \(cpu Another CPU, now .+\)/)])
    const again = await runSession(experiment)
    expect(again.events.filter(({ type }) => type === 'warning')).toEqual([])
  })

  it('a finished run that is run again trains nothing and keeps its report', async () => {
    const experiment = await finished(config)
    const { end, events } = await runSession(experiment)
    expect(end).toBe('finished')
    expect(events.some(({ type }) => type === 'trainingStart')).toBe(false)
    expectSameOutcome(outcomeOf(experiment), whole)
  })

  it('reads test once, after all training and every choice', async () => {
    const { end, events } = await runSession(await created(config))
    expect(end).toBe('finished')
    const at = (wanted: (event: (typeof events)[number]) => boolean) =>
      events.flatMap((event, i) => (wanted(event) ? [i] : []))
    const read = at((event) => event.type === 'stage' && event.stage === 'test')
    expect(read).toHaveLength(1)
    expect(
      Math.max(...at(({ type }) => type === 'trainingEnd' || type === 'ticketChosen' || type === 'epoch')),
    ).toBeLessThan(read[0])
  })

  it.each(['missing', 'another file'])(
    'reads test at the very end: if it is %s by then, all is trained, the run fails, and resumes once the file is back',
    async (what) => {
      const experiment = await created(config)
      const [path, away] = ['test.txt', 'away.txt'].map((name) => join(experiment.folder, name))
      renameSync(path, away)
      if (what !== 'missing') writeFileSync(path, corpusText('forged', 15))
      await expect(runSession(experiment)).rejects.toThrow(/test\.txt/)
      expect(experiment.store.getRun(experiment.runId)).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(/test\.txt/),
        report: null,
      })
      expect(outcomeOf(experiment).trainings).toEqual(whole.trainings)
      // The next session notices it immediately.
      await expect(runSession(experiment)).rejects.toThrow(/test\.txt/)

      renameSync(away, path)
      const { end, events } = await runSession(experiment)
      expect(end).toBe('finished')
      expect(events.some(({ type }) => type === 'trainingStart')).toBe(false)
      expectSameOutcome(outcomeOf(experiment), whole)
    },
  )

  it.each(['train.txt', 'dev.txt'])(
    'a %s that changed since the run was created is an error, until the file is restored',
    async (name) => {
      const experiment = await created(config)
      await runSession(experiment, { stopAt: ({ type }) => type === 'epoch' })
      const path = join(experiment.folder, name)
      writeFileSync(path, corpusText('changed', 40))
      await expect(runSession(experiment)).rejects.toThrow(/has changed since the run was created/)
      expect(experiment.store.getRun(experiment.runId)).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(name),
      })
      writeFileSync(path, corpusFiles()[name])
      expect((await runSession(experiment)).end).toBe('finished')
      expectSameOutcome(outcomeOf(experiment), whole)
    },
  )
})

it('a run whose files an earlier version read differently says so and trains nothing', async () => {
  const experiment = await created(config)
  const { store, runId } = experiment
  const recorded = store.loadDocument<VocabularyJson>(runId, DOCUMENTS.vocabulary)!
  const earlier = structuredClone(recorded)
  earlier.tasks.np.tagNames[0] = '# id = 7'
  store.saveDocument(runId, DOCUMENTS.vocabulary, earlier)
  delete experiment.loaded
  await expect(runSession(experiment)).rejects.toThrow(/reads the tags of np in made differently .* new run/)
  expect(store.trainings(runId)).toEqual([])
  store.saveDocument(runId, DOCUMENTS.vocabulary, recorded)
  expect((await runSession(experiment)).end).toBe('finished')
})

describe('a run that fails', () => {
  it('in one of its trainings says why, and does not count as stopped', async () => {
    const experiment = await created(tinyConfig({ optimizer: { learningRate: 1e30 }, imp: { clipNorm: null } }))
    await expect(runSession(experiment)).rejects.toThrow(/The loss became/)
    expect(experiment.store.getRun(experiment.runId)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/The loss became/),
    })
  })

  it('leaves the database intact: the other trainings stopped at a checkpoint', async () => {
    const experiment = await created(tinyConfig({ optimizer: { learningRate: 1e30 }, imp: { clipNorm: null } }))
    await expect(runSession(experiment)).rejects.toThrow()
    for (const { state, result } of experiment.store.trainings(experiment.runId))
      expect([state, result]).toEqual(['running', null])
  })
})
