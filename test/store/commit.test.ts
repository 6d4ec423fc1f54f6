import { describe, expect, it } from 'vitest'
import Database from 'better-sqlite3'
import { ones, type Mask } from '../../shared/network/mask.ts'
import type { EpochMetric } from '../../shared/runs/training.ts'
import { openStore } from '../../main/store/index.ts'
import type { Checkpoint } from '../../main/store/types.ts'
import { joint, newRun, open, result, round, steps, temporaryPath } from './fixtures.ts'

const epoch = (n: number, value = n): EpochMetric => ({
  epoch: n,
  step: (n + 1) * 100,
  loss: { ner: 0.5, pos: null },
  dev: { ner: { name: 'spanF1', value } },
  trainSeconds: 1,
  evalSeconds: 0.1,
  best: false,
})
const checkpoint = (step: number): Checkpoint => ({
  step,
  epoch: Math.floor(step / 100),
  scalars: { best: -Infinity, seed: [1, 2], loss: NaN },
  state: { w: { shape: [2], data: Float32Array.of(step, -0) } },
})
const mask: Mask = {
  layers: [
    { name: 'conv', shape: [3, 3], kept: Uint8Array.of(1, 0, 1, 1, 0, 0, 1, 1, 1) },
    { name: 'lstm', shape: [2], kept: Uint8Array.of(0, 1) },
  ],
}

function started() {
  const store = open()
  const { id: run } = store.createRun(newRun())
  store.commit(run, { id: round(0), start: { totalSteps: 1000 } })
  return { store, run }
}

describe('commit', () => {
  it('stores all its parts', () => {
    const { store, run } = started()
    const bundle = { w: { shape: [1], data: Float32Array.of(1) } }
    store.commit(run, {
      id: round(0),
      steps: steps(0, 100),
      epochs: [epoch(0)],
      checkpoint: checkpoint(100),
      artifacts: { 'weights.best': bundle },
      masks: [{ task: 'ner', round: 1, mask }],
    })
    expect(store.training(run, round(0))).toEqual({
      id: round(0),
      state: 'running',
      totalSteps: 1000,
      result: null,
      checkpoint: { step: 100, epoch: 1 },
    })
    expect(store.loadCheckpoint(run, round(0))).toStrictEqual(checkpoint(100))
    expect(store.stepMetrics(run, round(0))).toEqual(steps(0, 100))
    expect(store.epochMetrics(run, round(0))).toEqual([epoch(0)])
    expect(store.loadArtifact(run, round(0), 'weights.best')).toStrictEqual(bundle)
    expect(store.loadMask(run, 'ner', 1)).toStrictEqual(mask)
  })

  it('changes nothing when repeated', () => {
    const { store, run } = started()
    const commit = { id: round(0), steps: steps(30, 700), epochs: [epoch(0), epoch(1)], checkpoint: checkpoint(700) }
    store.commit(run, { id: round(0), steps: steps(0, 30) })
    store.commit(run, commit)
    const once = [store.stepMetrics(run, round(0)), store.epochMetrics(run), store.trainings(run)]
    store.commit(run, commit)
    expect([store.stepMetrics(run, round(0)), store.epochMetrics(run), store.trainings(run)]).toEqual(once)
  })

  it('finishes a training: keeps the result, deletes the checkpoint, accepts nothing more', () => {
    const { store, run } = started()
    store.commit(run, { id: round(0), checkpoint: checkpoint(5) })
    const last = { id: round(0), steps: steps(5, 10), result, masks: [{ task: 'ner', round: 1, mask }] }
    store.commit(run, last)
    store.commit(run, last)
    expect(store.training(run, round(0))).toEqual({
      id: round(0),
      state: 'finished',
      totalSteps: 1000,
      result,
      checkpoint: null,
    })
    expect(store.loadCheckpoint(run, round(0))).toBeNull()
    expect(() => store.commit(run, { id: round(0), steps: steps(10, 11) })).toThrow(/imp\/ner\/0 .* is finished/)
    expect(() => store.commit(run, { id: round(0), start: { totalSteps: 5 } })).toThrow(RangeError)
    store.commit(run, { id: round(0), artifacts: { 'weights.best': null } })
  })

  it('is all or nothing', () => {
    const { store, run } = started()
    store.commit(run, { id: round(0), steps: steps(0, 5), checkpoint: checkpoint(5) })
    const broken = { w: { shape: [3], data: new Float32Array(2) } }
    expect(() =>
      store.commit(run, {
        id: round(0),
        steps: steps(5, 9),
        epochs: [epoch(0)],
        masks: [{ task: 'ner', round: 1, mask }],
        checkpoint: { ...checkpoint(9), state: broken },
      }),
    ).toThrow(/w has 2 values/)
    expect(store.stepMetrics(run, round(0))).toEqual(steps(0, 5))
    expect(store.epochMetrics(run, round(0))).toEqual([])
    expect(store.listMasks(run)).toEqual([])
    expect(store.loadCheckpoint(run, round(0))).toStrictEqual(checkpoint(5))
  })

  it('requires a started training and an existing run', () => {
    const { store, run } = started()
    expect(() => store.commit(run, { id: joint, steps: steps(0, 1) })).toThrow(
      expect.objectContaining({ code: 'missing' }),
    )
    expect(() => store.commit('nope', { id: joint, start: { totalSteps: 1 } })).toThrow(
      expect.objectContaining({ code: 'missing' }),
    )
    expect(store.training(run, joint)).toBeNull()
    expect(store.loadCheckpoint(run, joint)).toBeNull()
    expect(store.stepMetrics(run, joint)).toEqual([])
    expect(store.epochMetrics(run, joint)).toEqual([])
  })

  it('lists trainings and their epochs in order', () => {
    const { store, run } = started()
    store.commit(run, { id: joint, start: { totalSteps: 10 }, epochs: [epoch(0)] })
    store.commit(run, { id: round(1), start: { totalSteps: 10 } })
    store.commit(run, { id: round(0), epochs: [epoch(1), epoch(0)] })
    expect(store.trainings(run).map(({ id }) => id)).toEqual([round(0), joint, round(1)])
    expect(store.epochMetrics(run)).toEqual([
      { id: round(0), metric: epoch(0) },
      { id: round(0), metric: epoch(1) },
      { id: joint, metric: epoch(0) },
    ])
  })

  it('keeps numbers that JSON cannot represent', () => {
    const { store, run } = started()
    const diverged = { ...epoch(0, NaN), loss: { ner: Infinity } }
    store.commit(run, { id: round(0), epochs: [diverged], steps: steps(0, 2, { loss: NaN }) })
    expect(store.epochMetrics(run, round(0))).toStrictEqual([diverged])
    expect(store.stepMetrics(run, round(0)).map(({ loss }) => loss)).toEqual([NaN, NaN])
  })
})

describe('rewindMetrics', () => {
  it('deletes metrics after the checkpoint', () => {
    const { store, run } = started()
    store.commit(run, {
      id: round(0),
      steps: steps(0, 1300),
      epochs: [0, 1, 2].map((n) => epoch(n)),
      checkpoint: checkpoint(600),
    })
    store.rewindMetrics(run, round(0), 600, 2)
    expect(store.stepMetrics(run, round(0))).toEqual(steps(0, 600))
    expect(store.epochMetrics(run, round(0)).map(({ epoch }) => epoch)).toEqual([0, 1])
    store.commit(run, { id: round(0), steps: steps(600, 650, { task: 'pos' }) })
    expect(store.stepMetrics(run, round(0))).toEqual([...steps(0, 600), ...steps(600, 650, { task: 'pos' })])
    store.rewindMetrics(run, round(0), 0, 0)
    expect(store.stepMetrics(run, round(0))).toEqual([])
    store.rewindMetrics(run, joint, 0, 0)
  })
})

describe('masks', () => {
  it('round-trip bit for bit and are listed without their bits', () => {
    const { store, run } = started()
    const dense = ones([
      { name: 'conv', shape: [2730] },
      { name: 'bilstm', shape: [330, 1600] },
    ])
    store.saveMask(run, 'pos', 0, dense)
    store.saveMask(run, 'ner', 1, mask)
    store.saveMask(run, 'ner', 0, dense)
    expect(store.loadMask(run, 'pos', 0)).toStrictEqual(dense)
    expect(store.loadMask(run, 'ner', 1)).toStrictEqual(mask)
    expect(store.loadMask(run, 'ner', 2)).toBeNull()
    expect(store.listMasks(run)).toEqual([
      { task: 'ner', round: 0, kept: 530_730, density: 1 },
      { task: 'ner', round: 1, kept: 7, density: 7 / 11 },
      { task: 'pos', round: 0, kept: 530_730, density: 1 },
    ])
    expect(store.listMasks(run, 'pos')).toHaveLength(1)
  })
})

describe('artifacts and documents', () => {
  it('are stored by training or by run, and deleted', () => {
    const { store, run } = started()
    const bundle = (n: number) => ({ w: { shape: [1], data: Float32Array.of(n) } })
    store.saveArtifact(run, null, 'weights.start', bundle(1))
    store.saveArtifact(run, round(0), 'weights.best', bundle(2))
    store.saveArtifact(run, round(0), 'weights.best', bundle(3))
    expect(store.loadArtifact(run, null, 'weights.start')).toStrictEqual(bundle(1))
    expect(store.loadArtifact(run, round(0), 'weights.best')).toStrictEqual(bundle(3))
    expect(store.loadArtifact(run, null, 'weights.best')).toBeNull()
    expect(store.listArtifacts(run).map(({ training, name }) => [training, name])).toEqual([
      ['', 'weights.start'],
      ['imp/ner/0', 'weights.best'],
    ])
    store.saveArtifact(run, round(0), 'weights.best', null)
    expect(store.loadArtifact(run, round(0), 'weights.best')).toBeNull()
  })

  it('documents are JSON', () => {
    const { store, run } = started()
    const vocabulary = { words: ['<unk>', 'der', '日本', '😀'], vectors: null }
    store.saveDocument(run, 'vocabulary', vocabulary)
    expect(store.loadDocument(run, 'vocabulary')).toEqual(vocabulary)
    expect(store.loadDocument(run, 'other')).toBeNull()
  })
})

describe('damage', () => {
  it.each([
    ['checkpoints', 'state', 'A checkpoint is damaged'],
    ['artifacts', 'data', 'The artifact weights.best of imp/ner/0 is damaged'],
    ['masks', 'bits', 'The mask of task ner, round 1, is damaged'],
  ])('a flipped bit in %s is noticed', (table, column, message) => {
    const path = temporaryPath()
    const store = openStore(path)
    const { id: run } = store.createRun(newRun())
    store.commit(run, {
      id: round(0),
      start: { totalSteps: 1 },
      checkpoint: checkpoint(1),
      masks: [{ task: 'ner', round: 1, mask }],
      artifacts: { 'weights.best': checkpoint(1).state },
    })
    store.close()
    const db = new Database(path)
    const bytes = db.prepare(`SELECT ${column} FROM ${table}`).pluck().get() as Buffer
    bytes[bytes.length - 1] ^= 1
    db.prepare(`UPDATE ${table} SET ${column} = ?`).run(bytes)
    db.close()
    const again = open(path)
    const load = {
      checkpoints: () => again.loadCheckpoint(run, round(0)),
      artifacts: () => again.loadArtifact(run, round(0), 'weights.best'),
      masks: () => again.loadMask(run, 'ner', 1),
    }
    expect(load[table as keyof typeof load]).toThrow(
      expect.objectContaining({ code: 'damaged', message: expect.stringContaining(message) as string }),
    )
  })
})
