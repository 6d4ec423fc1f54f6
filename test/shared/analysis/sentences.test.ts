/** Filters of sentences, McNemar's test, slices and reliability. */
import { describe, expect, test } from 'vitest'
import { mcNemar } from '../../../shared/analysis/mcnemar.ts'
import { reliabilityOf } from '../../../shared/analysis/reliability.ts'
import {
  compareSentences,
  findSentences,
  happeningsOf,
  type SentenceFilter,
} from '../../../shared/analysis/sentenceFilter.ts'
import { sliceScores } from '../../../shared/analysis/slices.ts'
import { capitalisationClass, frequencyClass, traitOf } from '../../../shared/analysis/traits.ts'
import type { Method } from '../../../shared/settings/methods.ts'
import { intern } from '../../../shared/tags/tags.ts'
import { evaluatedOf } from './hand.ts'

const WORDS = 'Ann sleeps . / Bonn is big / Ann saw Bonn . / Rome'.split(' / ').map((line) => line.split(' '))
const GOLD = ['B-PER O O', 'B-LOC O O', 'B-PER O B-LOC O', 'B-LOC']
const SPARSE = ['B-PER O O', 'B-PER O O', 'B-PER O B-LOC O', 'O']
const HARD = ['O O O', 'B-LOC O O', 'B-PER O O O', 'B-LOC']
const sparse = evaluatedOf(
  'span',
  GOLD.map((gold, s) => [gold, SPARSE[s]]),
)
const ids = (tags: string[]) =>
  Int32Array.from(
    tags.flatMap((line) => line.split(' ')),
    (tag) => sparse.evaluated.tagNames.indexOf(tag),
  )
const predictions: Partial<Record<Method, Int32Array>> = { sparse: ids(SPARSE), hard: ids(HARD) }
const { names, ids: wordIds } = intern(WORDS.flat())
// Rome is not in train.
sparse.evaluated.traits.set(
  WORDS.flat().map((word) => traitOf(frequencyClass(word === 'Rome' ? 0 : 5), capitalisationClass(word))),
)
const happenings = (method: Method) => happeningsOf(sparse.evaluated, predictions[method]!)

function found(
  filter: Partial<SentenceFilter>,
  words: { names: string[]; ids: Int32Array } | null = { names, ids: wordIds },
) {
  const all: SentenceFilter = {
    ...{ method: 'sparse', wanted: 'any', label: null, rightWith: null, word: '', unseen: false, least: 0, most: null },
    ...filter,
  }
  return [...findSentences(sparse.evaluated, happenings, words, all)]
}

describe('sentences are found', () => {
  test.each<[string, Partial<SentenceFilter>, number[]]>([
    ['all of them', {}, [0, 1, 2, 3]],
    ['with an error', { wanted: 'error' }, [1, 3]],
    ['without one', { wanted: 'right' }, [0, 2]],
    ['by kind of error', { wanted: 'type' }, [1]],
    ['by missed spans', { wanted: 'missed' }, [3]],
    ['by label in gold or prediction', { label: 'PER' }, [0, 1, 2]],
    ['by label and kind', { label: 'LOC', wanted: 'right' }, [2]],
    ['none by a label that nobody has', { label: 'MISC' }, []],
    ['right with another method', { wanted: 'error', rightWith: 'hard' }, [1, 3]],
    ['by part of a word, without regard to case', { word: 'BON' }, [1, 2]],
    ['by unseen words', { unseen: true }, [3]],
    ['by length', { least: 2, most: 3 }, [0, 1]],
  ])('%s', (_, filter, expected) => expect(found(filter)).toEqual(expected))

  test('not by word where there are no words', () => {
    expect(found({ word: 'Bonn' }, null)).toEqual([])
    expect(found({ wanted: 'error' }, null)).toEqual([1, 3])
  })

  test('in token tasks by wrong tags', () => {
    const { evaluated, predicted } = evaluatedOf('token', [
      ['N V', 'N N'],
      ['V', 'V'],
    ])
    const filter = { method: 'sparse' as const, rightWith: null, word: '', unseen: false, least: 0, most: null }
    const own = () => happeningsOf(evaluated, predicted)
    expect([...findSentences(evaluated, own, null, { ...filter, wanted: 'error', label: 'N' })]).toEqual([0])
    expect([...findSentences(evaluated, own, null, { ...filter, wanted: 'any', label: 'V' })]).toEqual([0, 1])
  })
})

test('two methods are compared by whole sentences', () => {
  expect(compareSentences(happenings('sparse'), happenings('hard'))).toEqual({ onlyFirst: 2, onlySecond: 2, p: 1 })
})

test("McNemar's test is the binomial test of the sentences that only one gets right", () => {
  // 2 · (1 + 10) / 2¹⁰
  expect(mcNemar(1, 9).p).toBeCloseTo((2 * 11) / 1024, 12)
  expect(mcNemar(9, 1).p).toBeCloseTo((2 * 11) / 1024, 12)
  expect(mcNemar(0, 0).p).toBe(1)
  expect(mcNemar(5, 5).p).toBe(1)
  // By the normal approximation: z = 199 / √2200 = 4.243.
  expect(mcNemar(1000, 1200).p).toBeCloseTo(2.2e-5, 6)
  expect(mcNemar(40_000, 41_000).p).toBeGreaterThan(0)
})

test('slices divide spans by their rarest word, first capital, and lengths', () => {
  const groups = sliceScores(sparse.evaluated, predictions.sparse!)
  const slice = (title: string, name: string) =>
    groups.find((group) => group.title === title)!.slices.find((one) => one.name === name)
  expect(slice('Seen in train', 'seen')).toMatchObject({ gold: 4, predicted: 4, correct: 3 })
  expect(slice('Seen in train', 'unseen')).toMatchObject({ gold: 1, predicted: 0, correct: 0, f1: 0 })
  expect(slice('Capitalisation', 'Capitalised')).toMatchObject({ gold: 5, correct: 3 })
  expect(slice('Length of the span', '1 word')).toMatchObject({ gold: 5, predicted: 4 })
  expect(slice('Length of the sentence', '40 or more')).toBeUndefined()
})

test.each([
  ['sleeps', 0],
  ['Ann', 1],
  ['I', 1],
  ['NATO', 2],
  ['eBay', 3],
  ['McDonald', 3],
  ['42', 4],
  ['.', 4],
  ['Élan', 1],
  ['中国', 0],
])('%s has capitalisation %i', (word, expected) => expect(capitalisationClass(word)).toBe(expected))

test('reliability: the error is the distance between confidence and accuracy, weighted by tokens', () => {
  // Three tokens at 0.8 of which two are right, one at 0.2 that is wrong.
  const { bins, error } = reliabilityOf(
    Uint8Array.of(204, 204, 204, 51),
    Int32Array.of(1, 1, 1, 1),
    Int32Array.of(1, 1, 0, 0),
  )
  expect(bins[8]).toMatchObject({ tokens: 3, accuracy: 2 / 3 })
  expect(bins[8].confidence).toBeCloseTo(0.8, 10)
  expect(error).toBeCloseTo((3 * Math.abs(2 / 3 - 0.8) + 1 * 0.2) / 4, 10)
})
