/** The paired bootstrap. */
import { describe, expect, it } from 'vitest'
import { meanScore, pairedBootstrap } from '../../shared/runs/bootstrap.ts'
import { countsBySentence, scoreTags } from '../../shared/tags/scoring.ts'
import { Draw } from '../support/arrays.ts'

/** S sentences of four tokens of which `right` of a hundred are tagged right, as counts. */
function counts(name: string, right: number, sentences = 300): Int32Array {
  const draw = new Draw(name).floats(4 * sentences)
  return Int32Array.from({ length: 3 * sentences }, (_, i) =>
    i % 3 < 2 ? 4 : [0, 1, 2, 3].filter((t) => (draw[4 * Math.floor(i / 3) + t] + 1) / 2 < right / 100).length,
  )
}

describe('counts by sentence', () => {
  const tagNames = ['O', 'B-A', 'I-A', 'B-B', 'I-B']
  const draw = new Draw('sentences')
  const sentenceStart = Int32Array.of(0, 3, 3, 10, 11, 30)
  const [gold, predicted] = [draw.ints(30, 5), draw.ints(30, 5)]
  it.each(['accuracy', 'spanF1'] as const)('add up to the %s of all', (score) => {
    const input = { score, scheme: null, tagNames, sentenceStart, gold, predicted }
    const each = countsBySentence(input)
    expect(each.length).toBe(15)
    expect(meanScore([each], Int32Array.of(0, 1, 2, 3, 4))).toBeCloseTo(scoreTags(input).value, 10)
    expect(scoreTags(input).value).toBeGreaterThan(0)
  })
})

describe('the paired bootstrap', () => {
  const [good, bad, other] = [counts('a', 90), counts('b', 70), counts('c', 90.3)]

  it('finds a large difference, and its size', () => {
    const found = pairedBootstrap([good], [bad], 2000)
    expect(found.points).toBeCloseTo(20, -1)
    expect(found.low).toBeLessThan(found.points)
    expect(found.high).toBeGreaterThan(found.points)
    expect(found.p).toBe(1 / 2000)
  })

  it('finds none between a method and itself, and hardly any between equal methods', () => {
    expect(pairedBootstrap([good], [good], 500)).toEqual({ points: 0, low: 0, high: 0, p: 1 })
    expect(pairedBootstrap([good], [other], 2000).p).toBeGreaterThan(0.05)
  })

  it('is antisymmetric, the same every time, and takes the mean over seeds', () => {
    const [there, back] = [pairedBootstrap([good, other], [bad], 1000), pairedBootstrap([bad], [good, other], 1000)]
    expect(there.points).toBeCloseTo(-back.points, 10)
    expect(there.p).toBe(back.p)
    expect(pairedBootstrap([good, other], [bad], 1000)).toEqual(there)
    expect(there.points).toBeCloseTo(
      (pairedBootstrap([good], [bad], 1).points + pairedBootstrap([other], [bad], 1).points) / 2,
      10,
    )
  })

  it('its interval covers the true difference about as often as it should', () => {
    let covered = 0
    for (let n = 0; n < 60; n++) {
      const { low, high } = pairedBootstrap([counts(`x${n}`, 80)], [counts(`y${n}`, 75)], 400)
      if (low <= 5 && high >= 5) covered++
    }
    expect(covered).toBeGreaterThan(50)
  })

  it('refuses arrays over different sentences', () => {
    expect(() => pairedBootstrap([good], [good.slice(3)])).toThrow(/same sentences/)
  })
})
