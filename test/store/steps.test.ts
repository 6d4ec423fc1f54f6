import { describe, expect, it } from 'vitest'
import { CHUNK_STEPS, decodeChunk, emptyChunk, encodeChunk, putStep } from '../../main/store/stepChunk.ts'
import type { StepMetric } from '../../shared/runs/training.ts'
import { joint, newRun, open, round, steps } from './fixtures.ts'

/** A run with one training and these steps, committed in pieces of the given size. */
function stored(metrics: StepMetric[], piece: number = metrics.length) {
  const store = open()
  const { id: run } = store.createRun(newRun())
  store.commit(run, { id: joint, start: { totalSteps: metrics.length } })
  for (let at = 0; at < metrics.length; at += piece)
    store.commit(run, { id: joint, steps: metrics.slice(at, at + piece) })
  return { store, run }
}

/** The three tasks in turn. */
const mixed = (n: number) =>
  steps(0, n).map((metric) => ({ ...metric, task: ['ner', 'pos', 'chunk'][metric.step % 3] }))

describe('step metrics', () => {
  it.each([1, 7, CHUNK_STEPS - 1, CHUNK_STEPS, CHUNK_STEPS + 1, 5000])(
    'come back the same, committed by %i',
    (piece) => {
      const metrics = mixed(piece === 1 ? 600 : 2500)
      const { store, run } = stored(metrics, piece)
      expect(store.stepMetrics(run, joint)).toEqual(metrics)
    },
  )

  it('replace steps of the same number only', () => {
    const { store, run } = stored(steps(0, 1500))
    const again = steps(500, 530, { task: 'other', loss: 9, tokens: 100_000, epoch: 70_000 })
    store.commit(run, { id: joint, steps: again })
    expect(store.stepMetrics(run, joint)).toEqual([...steps(0, 500), ...again, ...steps(530, 1500)])
  })

  it('may have gaps and come in any order', () => {
    const metrics = [...steps(3, 5), ...steps(CHUNK_STEPS * 3 + 5, CHUNK_STEPS * 3 + 7)]
    const { store, run } = stored(metrics.toReversed(), 1)
    expect(store.stepMetrics(run, joint)).toEqual(metrics)
  })

  it('are selected by range and task', () => {
    const { store, run } = stored(mixed(2000))
    expect(store.stepMetrics(run, joint, { from: 500, to: 1100 })).toEqual(mixed(2000).slice(500, 1100))
    expect(store.stepMetrics(run, joint, { from: CHUNK_STEPS, to: CHUNK_STEPS })).toEqual([])
    expect(store.stepMetrics(run, joint, { from: 5000 })).toEqual([])
    expect(store.stepMetrics(run, joint, { task: 'pos', to: 600 })).toEqual(
      mixed(600).filter(({ task }) => task === 'pos'),
    )
    expect(store.stepMetrics(run, joint, { task: 'none' })).toEqual([])
  })

  it('refuse numbers that do not fit', () => {
    const { store, run } = stored(steps(0, 1))
    for (const wrong of [{ step: -1 }, { step: 1.5 }, { tokens: -1 }, { epoch: 2 ** 32 }]) {
      expect(() => store.commit(run, { id: joint, steps: [{ ...steps(0, 1)[0], ...wrong }] })).toThrow(RangeError)
    }
    expect(store.stepMetrics(run, joint)).toEqual(steps(0, 1))
  })
})

describe('decimation', () => {
  it('keeps few points as they are', () => {
    const { store, run } = stored(mixed(100))
    expect(store.stepMetrics(run, joint, { maxPoints: 100 })).toEqual(mixed(100))
  })

  it('keeps the peaks of every task, in order, within the limit', () => {
    const metrics = mixed(3000)
    metrics[1234] = { ...metrics[1234], loss: 50 }
    metrics[777] = { ...metrics[777], loss: -50 }
    const { store, run } = stored(metrics)
    for (const maxPoints of [6, 20, 61, 500]) {
      const points = store.stepMetrics(run, joint, { maxPoints })
      expect(points.length).toBeLessThanOrEqual(maxPoints)
      expect(points.length).toBeGreaterThan(maxPoints / 2)
      expect(points).toEqual(points.toSorted((a, b) => a.step - b.step))
      expect(points).toContainEqual(metrics[1234])
      expect(points).toContainEqual(metrics[777])
      for (const point of points) expect(point).toEqual(metrics[point.step])
      for (const task of ['ner', 'pos', 'chunk']) {
        const losses = metrics.filter((metric) => metric.task === task).map(({ loss }) => loss)
        const shown = points.filter((point) => point.task === task).map(({ loss }) => loss)
        expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...losses), Math.max(...losses)])
      }
    }
  })

  it('keeps a loss that is not a number', () => {
    const metrics = steps(0, 1000)
    metrics[333] = { ...metrics[333], loss: NaN }
    const { store, run } = stored(metrics)
    expect(store.stepMetrics(run, joint, { maxPoints: 10 })).toContainEqual(metrics[333])
  })

  it('works on one task and one range', () => {
    const { store, run } = stored(mixed(3000))
    const points = store.stepMetrics(run, joint, { task: 'ner', from: 1000, to: 2000, maxPoints: 20 })
    expect(points.length).toBe(20)
    expect(points.every(({ step, task }) => task === 'ner' && step >= 1000 && step < 2000)).toBe(true)
  })
})

describe('a chunk', () => {
  const chunk = (metrics: StepMetric[], n = 0) => {
    const made = emptyChunk(n)
    for (const metric of metrics) putStep(made, metric)
    return made
  }

  it('takes 5 bytes per step with one task in one epoch', () => {
    const bytes = encodeChunk(chunk(steps(0, CHUNK_STEPS, { epoch: 3 })))!
    expect(bytes.length - bytes.indexOf('\n') - 1).toBe(5 * CHUNK_STEPS)
  })

  it.each([
    [0, 0],
    [0, 255],
    [1000, 1255],
    [0, 256],
    [7, 70_000],
    [0, 0xffffffff],
  ])('keeps numbers from %i to %i', (least, most) => {
    const made = chunk(
      steps(CHUNK_STEPS, CHUNK_STEPS + 9).map((metric, i) => ({ ...metric, tokens: i % 2 ? least : most })),
      1,
    )
    expect(decodeChunk(1, encodeChunk(made)!)).toEqual(made)
  })

  it('is null without steps', () => {
    expect(encodeChunk(emptyChunk(0))).toBeNull()
  })

  it('is refused when damaged', () => {
    const bytes = encodeChunk(chunk(steps(0, 10)))!
    for (const broken of [
      Buffer.alloc(0),
      bytes.subarray(0, -1),
      bytes.subarray(1),
      Buffer.concat([bytes, bytes]),
      Buffer.from('{}\n'),
    ]) {
      expect(() => decodeChunk(0, broken)).toThrow(
        expect.objectContaining({ code: 'damaged', message: 'Step metrics 0 to 511 are damaged.' }),
      )
    }
  })
})

it('keeps the metrics of several trainings apart', () => {
  const { store, run } = stored(steps(0, 600))
  store.commit(run, { id: round(0), start: { totalSteps: 5 }, steps: steps(0, 5, { task: 'pos' }) })
  store.rewindMetrics(run, joint, 100, 0)
  expect(store.stepMetrics(run, round(0))).toEqual(steps(0, 5, { task: 'pos' }))
  expect(store.stepMetrics(run, joint)).toEqual(steps(0, 100))
})
