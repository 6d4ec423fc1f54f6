/** Temperature scaling: fitted by likelihood, changes probabilities and no order. */
import { describe, expect, test } from 'vitest'
import { confidenceAt, fitTemperature, type ScoredBatch } from '../../main/nn/temperature.ts'
import { Draw } from '../support/arrays.ts'

/** Two tags: the first has the score s, the second 0, so its probability at temperature T is 1 / (1 + e^(−s / T)). */
const batchOf = (score: number, gold: number[]): ScoredBatch => ({
  scores: Float32Array.from(gold.flatMap(() => [score, 0])),
  gold: Int32Array.from(gold),
  batchSizes: Int32Array.from(gold, () => 1),
})

describe('the temperature', () => {
  test.each([
    [4, 2],
    [1, 0.5],
    [2, 1],
  ])('makes scores of %d, which are right as often as scores of 2, as certain as they should be', (score, expected) => {
    // 88 of 100 are right: 1 / (1 + e⁻²) = 0.8808.
    const gold = Array.from({ length: 10_000 }, (_, i) => (i < 8808 ? 0 : 1))
    expect(fitTemperature([batchOf(score, gold)], null, 2)).toBeCloseTo(expected, 1)
  })

  test('of a CRF without transitions is that of the softmax', () => {
    const gold = Array.from({ length: 200 }, (_, i) => (i % 8 === 0 ? 1 : 0))
    const crf = { transitions: new Float32Array(4), start: new Float32Array(2), end: new Float32Array(2) }
    const batch = batchOf(4, gold)
    expect(fitTemperature([batch], crf, 2)).toBeCloseTo(fitTemperature([batch], null, 2), 4)
  })

  test('is 1 where there is nothing to fit, and ignores gold tags that have no score', () => {
    expect(fitTemperature([], null, 2)).toBe(1)
    expect(fitTemperature([batchOf(3, [2, 5])], null, 2)).toBe(1)
    expect(fitTemperature([batchOf(4, [0, 0, 1, 7])], null, 2)).toBeCloseTo(
      fitTemperature([batchOf(4, [0, 0, 1])], null, 2),
      6,
    )
  })
})

test('probabilities of all tags add up to 1 at any temperature; a tag without a score has 0', () => {
  const draw = new Draw('temperature')
  const scores = Float32Array.from({ length: 12 }, () => 8 * draw.number() - 4)
  const batch = { scores, batchSizes: Int32Array.of(1, 1, 1, 1) }
  for (const T of [0.5, 1, 3]) {
    const sums = [0, 1, 2].map((id) => confidenceAt(T, batch, new Int32Array(4).fill(id), null, 3))
    for (let n = 0; n < 4; n++) expect(sums[0][n] + sums[1][n] + sums[2][n]).toBeCloseTo(1, 5)
  }
  expect([...confidenceAt(2, batch, Int32Array.of(-1, 3, -1, 9), null, 3)]).toEqual([0, 0, 0, 0])
})
