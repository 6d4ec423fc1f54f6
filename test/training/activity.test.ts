import { expect, it } from 'vitest'
import { mostActive, sampleSentences, WORDS_PER_UNIT } from '../../main/training/activity.ts'

it('ranks words by mean absolute output and keeps the sign of the mean', () => {
  // Three words, two units; sums over 1, 2 and 4 occurrences. Too few words are frequent, so all count.
  const sums = Float64Array.from([0.9, 0.1, -1.2, 0.4, 1, -0.4])
  const absolute = Float64Array.from([0.9, 0.1, 1.2, 0.4, 2, 0.8])
  const { spellings, means } = mostActive([7, 8, 9], [1, 2, 4], sums, absolute, 2)
  expect([...spellings.subarray(0, 4)]).toEqual([7, 8, 9, -1])
  expect([...spellings.subarray(WORDS_PER_UNIT, WORDS_PER_UNIT + 3)]).toEqual([8, 9, 7])
  expect(means[1]).toBeCloseTo(-0.6)
  expect(means[WORDS_PER_UNIT + 1]).toBeCloseTo(-0.1)
})

it('leaves rare words out where enough others remain', () => {
  const words = Array.from({ length: WORDS_PER_UNIT + 1 }, (_, w) => w)
  const counts = words.map((w) => (w === 0 ? 1 : 3))
  const activity = Float64Array.from(words, (w) => (w === 0 ? 1 : 0.3 * w))
  const { spellings } = mostActive(words, counts, activity, activity, 1)
  expect([...spellings]).toEqual(words.slice(1).toReversed())
})

it('samples whole sentences by seed, in their order', () => {
  const sentenceStart = Int32Array.from({ length: 51 }, (_, s) => 2 * s)
  const words = Int32Array.from({ length: 100 }, (_, t) => t)
  const split = { sentenceStart, words, spellings: words, tags: words }
  const one = sampleSentences(split, 21, 5)
  expect(one.words.length).toBe(20)
  expect([...one.words]).toEqual([...one.words].toSorted((a, b) => a - b))
  one.words.forEach((word, t) => expect(word % 2).toBe(t % 2))
  expect(one.sentenceStart.at(-1)).toBe(20)
  expect(sampleSentences(split, 21, 5)).toEqual(one)
  expect(sampleSentences(split, 21, 6)).not.toEqual(one)
  expect(sampleSentences(split, 100, 5)).toBe(split)
})
