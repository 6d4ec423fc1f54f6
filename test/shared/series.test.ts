/** What trainings on parts of a project show together. */
import { expect, it } from 'vitest'
import {
  curvePoints,
  lastGains,
  median,
  pooledScores,
  scoreOf,
  type SeriesPart,
  type TaskResult,
} from '../../shared/annotation/series.ts'

type Counts = TaskResult['counts']

const part = (share: number, train: number, counts: Counts, fold: number | null = null): SeriesPart => ({
  ...{ fold, share, train, heldOut: counts.length, run: null },
  result: { tasks: [{ task: 'ner', kind: 'span', counts }], epochs: [1], jointEpochs: null, rounds: [0] },
})
/** `right` of `all` sentences with one gold span, which is found there. */
const found = (right: number, all: number): Counts =>
  Array.from({ length: all }, (_, s) => (s < right ? [1, 1, 1] : [1, 0, 0]))

it('pools the predictions of folds: a large fold weighs more than in the mean', () => {
  const parts = [part(1, 8, found(2, 2), 0), part(1, 4, found(0, 6), 1)]
  // 2 of 8 gold spans, 2 predicted: F1 = 2 · 2 / (8 + 2). The folds have 100 and 0.
  expect(pooledScores(parts)).toEqual([
    { task: 'ner', kind: 'span', value: 40, mean: 50, deviation: expect.closeTo(70.711, 3), sentences: 8 },
  ])
  expect(pooledScores([parts[0]])[0].deviation).toBeNull()
  expect(pooledScores([{ result: null }])).toEqual([])
  expect(scoreOf([])).toBe(0)
})

it('has a point where all folds of a share are done', () => {
  const parts = [part(0.5, 4, found(1, 2), 0), part(0.5, 5, found(1, 2), 1), part(1, 8, found(2, 2), 0)]
  const open = { ...part(1, 8, [], 1), result: null }
  expect(curvePoints({ parts: [...parts, open] })).toMatchObject([{ share: 0.5, sentences: 5 }])
  expect(curvePoints({ parts: parts.toReversed() }).map(({ share }) => share)).toEqual([0.5, 1])
  expect(lastGains({ parts: [...parts, open] })).toEqual([])
})

it('says in words what the last labels brought, and when that may be chance', () => {
  const gain = (before: Counts, after: Counts, fold: number | null = null) =>
    lastGains({ parts: [part(0.75, 60, before, fold), part(1, 80, after, fold)] })[0]
  expect(gain(found(100, 200), found(180, 200)).text).toBe(
    'The last 20 sentences brought 28.1 points of F1: more labels are likely to help.',
  )
  expect(gain(found(180, 200), found(100, 200)).text).toMatch(/^The last 20 sentences cost 28.1 points of F1: more of/)
  const chance = gain(found(5, 10), found(6, 10))
  expect(chance.points).toBeCloseTo(200 * (6 / 16 - 5 / 15), 10)
  expect(chance.low).toBeLessThanOrEqual(0)
  expect(chance.text).toMatch(/may be chance: on other sentences it would be .* cannot be told from this/)
  const folds = [
    part(0.75, 60, found(5, 10), 0),
    part(0.75, 60, found(9, 10), 1),
    part(1, 80, found(5, 10), 0),
    part(1, 80, found(10, 10), 1),
  ]
  expect(lastGains({ parts: folds })[0].text).toMatch(/less than the difference between folds \(23\.6 points\)/)
})

it('takes a middle value that occurs', () => {
  expect([median([3]), median([9, 1, 4]), median([4, 1, 2, 8])]).toEqual([3, 4, 2])
})
