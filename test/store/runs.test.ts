import { describe, expect, it } from 'vitest'
import { statSync } from 'node:fs'
import { hashOf } from '../../main/store/json.ts'
import { newRunId } from '../../main/store/runId.ts'
import type { Report } from '../../shared/runs/report.ts'
import { dataset, environment, joint, newRun, open, result, round, steps, temporaryPath } from './fixtures.ts'

describe('createRun', () => {
  it('stores the record', () => {
    const store = open()
    const asked = newRun('first')
    const run = store.createRun(asked)
    expect(run).toMatchObject({
      name: 'first',
      status: 'created',
      interrupted: false,
      message: null,
      config: asked.config,
      configHash: hashOf(asked.config),
      environment,
      datasets: asked.datasets,
      startedAt: null,
      finishedAt: null,
      workedSeconds: 0,
      tags: [],
      report: null,
    })
    expect(run.id).toMatch(/^\d{8}-[0-9a-f]{4}$/)
    expect(store.getRun(run.id)).toEqual(run)
  })

  it('stores equal datasets once, with the paths of each run', () => {
    const store = open()
    const first = store.createRun(newRun('a', { datasets: [dataset('train', 'h1'), dataset('vectors', 'h2')] }))
    const second = store.createRun(newRun('b', { datasets: [{ ...dataset('train', 'h1'), path: 'elsewhere.txt' }] }))
    expect(store.getRun(first.id).datasets.map(({ path }) => path)).toEqual(['data/train.txt', 'data/vectors.txt'])
    expect(store.getRun(second.id).datasets).toEqual([{ ...dataset('train', 'h1'), path: 'elsewhere.txt' }])
    store.saveDatasets(second.id, [dataset('dev', 'h3')])
    expect(store.getRun(second.id).datasets).toEqual([dataset('dev', 'h3')])
  })

  it('leaves no partial run', () => {
    const store = open()
    expect(() => store.createRun(newRun('a', { datasets: [dataset('train'), null as never] }))).toThrow(TypeError)
    expect(store.listRuns()).toEqual([])
  })
})

describe('ids', () => {
  const noon = new Date('2026-11-23T12:00:00Z')
  it('contain the day and the time of day', () => {
    expect(newRunId(noon, null)).toBe('20261123-8000')
    expect(newRunId(new Date('2026-11-23T23:59:59.999Z'), null)).toBe('20261123-ffff')
  })

  it('increase, also within a moment and when the clock goes back', () => {
    expect(newRunId(noon, '20261123-8000')).toBe('20261123-8001')
    expect(newRunId(noon, '20261124-0003')).toBe('20261124-0004')
    let last = '20261123-fffe'
    for (const expected of ['20261123-ffff', '20261123-ffff0001', '20261123-ffff0002']) {
      const id = newRunId(noon, last)
      expect(id).toBe(expected)
      expect(id > last).toBe(true)
      last = id
    }
    expect(newRunId(new Date('2026-11-24T00:00:00Z'), last)).toBe('20261124-0000')
  })
})

describe('getRun', () => {
  it('finds by id, beginning, end, name and last', () => {
    const store = open()
    const first = store.createRun(newRun('baseline'))
    const second = store.createRun(newRun('sparse'))
    for (const reference of [first.id, first.id.slice(9), 'baseline']) expect(store.getRun(reference).id).toBe(first.id)
    for (const reference of [second.id, 'sparse', 'last']) expect(store.getRun(reference).id).toBe(second.id)
  })

  it('reports missing and ambiguous references', () => {
    const store = open()
    expect(() => store.getRun('last')).toThrow(expect.objectContaining({ code: 'missing' }))
    const first = store.createRun(newRun('same'))
    const second = store.createRun(newRun('same'))
    expect(() => store.getRun('same')).toThrow(
      expect.objectContaining({
        code: 'ambiguous',
        message: `same matches 2 runs: ${second.id}, ${first.id}. Give the id.`,
      }),
    )
    expect(() => store.getRun(first.id.slice(0, 8))).toThrow(/matches 2 runs/)
    expect(() => store.getRun('other')).toThrow('There is no run other.')
    expect(() => store.getRun('')).toThrow(expect.objectContaining({ code: 'missing' }))
  })
})

describe('listRuns', () => {
  it('lists the newest first, up to the limit', () => {
    const store = open()
    const ids = ['a', 'b', 'c'].map((name) => store.createRun(newRun(name)).id)
    expect(store.listRuns().map(({ id }) => id)).toEqual(ids.toReversed())
    expect(store.listRuns({ limit: 2 }).map(({ name }) => name)).toEqual(['c', 'b'])
  })

  it('searches names, ids, tags and tasks, taking % and _ literally', () => {
    const store = open()
    const a = store.createRun(newRun('Paper 100%'))
    const b = store.createRun(
      newRun('other', { config: { ...newRun().config, tasks: { chunk_x: newRun().config.tasks.ner } } }),
    )
    store.addTags(b.id, ['GPU'])
    const found = (search: string) => store.listRuns({ search }).map(({ id }) => id)
    expect(found('paper')).toEqual([a.id])
    expect(found('0%')).toEqual([a.id])
    expect(found('%')).toEqual([a.id])
    expect(found('gpu')).toEqual([b.id])
    expect(found('chunk_')).toEqual([b.id])
    expect(found('pos')).toEqual([a.id])
    expect(found(b.id.slice(9))).toEqual([b.id])
    expect(found(' ')).toHaveLength(2)
    expect(found('crf')).toEqual([])
  })

  it('filters by status', () => {
    const store = open()
    const a = store.createRun(newRun('a'))
    const b = store.createRun(newRun('b'))
    store.claimRun(a.id)
    expect(store.listRuns({ status: 'running' }).map(({ id }) => id)).toEqual([a.id])
    expect(store.listRuns({ status: 'created' }).map(({ id }) => id)).toEqual([b.id])
    expect(store.listRuns({ status: 'interrupted' })).toEqual([])
  })

  it('reads a thousand', () => {
    const store = open(temporaryPath())
    for (let i = 0; i < 1000; i++) store.createRun(newRun(`run ${i}`))
    const runs = store.listRuns()
    expect(runs).toHaveLength(1000)
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1000)
    expect(runs[0].name).toBe('run 999')
  })
})

describe('tags', () => {
  it('are added once, sorted, and removed', () => {
    const store = open()
    const { id } = store.createRun(newRun())
    store.addTags(id, ['paper', ' gpu ', 'paper', '  '])
    expect(store.getRun(id).tags).toEqual(['gpu', 'paper'])
    store.removeTags(id, ['gpu', 'never there'])
    expect(store.getRun(id).tags).toEqual(['paper'])
    expect(() => store.addTags('nope', ['x'])).toThrow(expect.objectContaining({ code: 'missing' }))
  })
})

describe('a run’s life', () => {
  it('goes from created to finished', () => {
    const store = open()
    const { id } = store.createRun(newRun())
    const claimed = store.claimRun(id, { ...environment, threads: 8 })
    expect(claimed).toMatchObject({ status: 'running', interrupted: false, environment: { threads: 8 } })
    expect(claimed.startedAt).not.toBeNull()
    store.heartbeat(id, 2.5)
    store.heartbeat(id, 1)
    const report: Report = { tasks: [], methods: [], tickets: [], overlap: null, prunable: 530_730 }
    store.saveReport(id, report)
    store.setStatus(id, 'finished')
    const run = store.getRun(id)
    expect(run).toMatchObject({ status: 'finished', workedSeconds: 3.5, report, startedAt: claimed.startedAt })
    expect(run.finishedAt).not.toBeNull()
  })

  it('can be claimed again; the first start stays, the old message goes', () => {
    const store = open()
    const { id } = store.createRun(newRun())
    const { startedAt } = store.claimRun(id)
    store.setStatus(id, 'stopped', 'Stopped by the user.')
    expect(store.getRun(id)).toMatchObject({ status: 'stopped', message: 'Stopped by the user.' })
    expect(store.claimRun(id)).toMatchObject({ status: 'running', message: null, finishedAt: null, startedAt })
  })
})

describe('deleteRun', () => {
  it('deletes everything of the run, nothing of others, and frees the space', () => {
    const path = temporaryPath()
    const store = open(path)
    const kept = store.createRun(newRun('kept'))
    const { id } = store.createRun(newRun('gone', { datasets: [dataset('train'), dataset('test')] }))
    for (const run of [kept.id, id]) {
      store.commit(run, {
        id: round(0),
        start: { totalSteps: 10 },
        steps: steps(0, 10),
        artifacts: { large: { w: { shape: [1e6], data: new Float32Array(1e6) } } },
      })
      store.commit(run, {
        id: joint,
        start: { totalSteps: 1 },
        checkpoint: { step: 1, epoch: 0, scalars: {}, state: { w: { shape: [1], data: Float32Array.of(1) } } },
      })
      store.commit(run, { id: round(0), result })
      store.addTags(run, ['tag'])
    }
    const before = statSync(path).size
    expect(store.deleteRun(id).freedBytes).toBeGreaterThan(3_900_000)
    expect(statSync(path).size).toBeLessThan(before - 3_900_000)
    expect(store.listRuns().map(({ id }) => id)).toEqual([kept.id])
    expect(store.trainings(id)).toEqual([])
    expect(store.stepMetrics(kept.id, round(0))).toHaveLength(10)
    expect(store.loadArtifact(kept.id, round(0), 'large')?.w.data).toHaveLength(1e6)
    expect(store.getRun(kept.id).datasets).toHaveLength(2)
  })

  it('refuses a run that a process works on, and a missing one', () => {
    const store = open()
    const { id } = store.createRun(newRun())
    store.claimRun(id)
    expect(() => store.deleteRun(id)).toThrow(expect.objectContaining({ code: 'owned' }))
    store.setStatus(id, 'stopped')
    store.deleteRun(id)
    expect(() => store.deleteRun(id)).toThrow(expect.objectContaining({ code: 'missing' }))
  })
})
