/** Small arithmetic of the window, without a browser: progress, keys of tables, axes of scores, colours, numbers. */
import { describe, expect, it, test } from 'vitest'
import { percentRange } from '../../renderer/charts/percentRange.ts'
import { roundColour } from '../../renderer/charts/rounds.ts'
import { rowAfter } from '../../renderer/features/runs/gridKeys.ts'
import { shareDone } from '../../renderer/features/runs/progress.ts'
import { best } from '../../renderer/ui/best.ts'
import { millions, times } from '../../renderer/ui/numbers.ts'
import { shownStatus } from '../../renderer/ui/status.ts'
import type { Progress } from '../../shared/protocol/requests/training.ts'

describe('progress', () => {
  const progress: Progress = { stage: '', done: 3, planned: 4, trainings: [], tokensPerSecond: null, timeLeft: null }

  it('goes by time as soon as there is an estimate', () => {
    // Three of four trainings are done, but the last takes most of the time.
    expect(shareDone({ ...progress, timeLeft: { seconds: 90, atMost: true } }, 10)).toBe(0.1)
  })

  it('counts trainings, and steps of those under way, before that', () => {
    const training = {
      id: { phase: 'hard', task: null, round: null },
      density: {},
      epoch: 0,
      totalEpochs: 1,
      loss: null,
    }
    expect(shareDone({ ...progress, trainings: [{ ...training, step: 5, totalSteps: 10 }] } as Progress, 10)).toBe(
      0.875,
    )
    expect(shareDone({ ...progress, planned: 0, done: 0 }, 0)).toBe(0)
  })
})

test('keys move within the table', () => {
  expect(
    ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'a'].map((key) => rowAfter(key, 5, 10, 3)),
  ).toEqual([6, 4, 8, 2, 0, 9, null])
  expect([rowAfter('ArrowUp', 0, 10, 3), rowAfter('PageDown', 8, 10, 3), rowAfter('End', 0, 0, 3)]).toEqual([
    0,
    9,
    null,
  ])
})

test('an axis of percentages stays within 0 and 100', () => {
  for (const values of [[0, 0], [0, 100], [99.9, 100], [100], [12.5, 80], [0.01]]) {
    const { suggestedMin: low, suggestedMax: high } = percentRange(values)
    expect(low).toBeGreaterThanOrEqual(0)
    expect(high).toBeLessThanOrEqual(100)
    expect(high! - low!).toBeGreaterThan(0)
    expect([low! <= Math.min(...values), high! >= Math.max(...values)]).toEqual([true, true])
  }
  expect(percentRange([])).toEqual({})
})

test('the colour of a round stays when the next begins', () => {
  expect([0, 1, 3].map((round) => roundColour(round, 3))).toEqual([0, 1, 3].map((step) => ({ step, of: 3 })))
  const latest = [16, 17, 18, 19, 20].map((round) => JSON.stringify(roundColour(round, 20)))
  expect(new Set(latest).size).toBe(5)
})

test('the best of a column is bold, unless all are equal', () => {
  expect(best([88.84, 88.841, 10])).toBe('88.84')
  expect(best([0, 0, null])).toBeNull()
  expect(best([50])).toBeNull()
})

test('numbers as people write them', () => {
  expect([950, 252_300, 999_499, 999_500, 1_602_154].map(millions)).toEqual([
    '950',
    '252 k',
    '999 k',
    '1.00 M',
    '1.60 M',
  ])
  expect([1.05, 9.994, 9.996, 26.49, 347.9, Infinity].map(times)).toEqual([
    '1.05 ×',
    '9.99 ×',
    '10.0 ×',
    '26.5 ×',
    '348 ×',
    '–',
  ])
})

test('one vocabulary of statuses, whatever the program calls a state', () => {
  const stored = (status: 'created' | 'running' | 'finished', interrupted = false) => ({ status, interrupted })
  expect([
    shownStatus(stored('running'), { state: 'paused' }),
    shownStatus(stored('created'), { state: 'queued' }),
    shownStatus(stored('running'), { state: 'stopping' }),
    shownStatus(stored('created'), null),
    shownStatus(stored('running', true), null),
    shownStatus(stored('finished'), null),
  ]).toEqual(['paused', 'queued', 'running', 'queued', 'interrupted', 'finished'])
})
