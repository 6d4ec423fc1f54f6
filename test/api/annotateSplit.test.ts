/** How the decided sentences of a project are divided: nothing that is scored was trained on in another copy. */
import { expect, it } from 'vitest'
import { foldsOf, groupsByDocument, nestedParts, splitDecided } from '../../main/api/annotate/split.ts'
import type { DecidedSentence } from '../../main/store/annotation/types.ts'
import { sentenceOfWords } from '../../shared/tags/tagging.ts'

const decided = (texts: [text: string, document: string | null][]): DecidedSentence[] =>
  texts.map(([text, document], position) => ({
    position,
    sentence: sentenceOfWords(text.split(' ')),
    state: 'fixed',
    answers: [],
    model: null,
    annotator: '',
    document,
  }))
/** 24 documents of three sentences; some sentences are in two documents. */
const DOCUMENTS = decided(
  Array.from({ length: 72 }, (_, n): [string, string] => [`line ${n % 60 === 7 ? 7 : n}`, `d${Math.floor(n / 3)}`]),
)
/** Number of common values. */
const common = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>) => [...a].filter((value) => b.has(value)).length
const textsOf = (part: readonly DecidedSentence[]) => new Set(part.map(({ sentence }) => sentence.text))
const documentsOf = (part: readonly DecidedSentence[]) => new Set(part.map(({ document }) => document))

it('keeps documents that share a sentence in one part', () => {
  expect(textsOf(DOCUMENTS).size).toBe(71)
  expect(groupsByDocument(DOCUMENTS)).toBe(true)
  const { train, dev, test } = splitDecided(DOCUMENTS, { dev: 0.2, test: 0.2 })
  expect([train, dev, test].flat().toSorted((a, b) => a.position - b.position)).toEqual(DOCUMENTS)
  for (const [a, b] of [
    [train, dev],
    [train, test],
    [dev, test],
  ]) {
    expect(common(textsOf(a), textsOf(b))).toBe(0)
    expect(common(documentsOf(a), documentsOf(b))).toBe(0)
  }
})

it('keeps equal sentences together where every document shares one, and then divides documents', () => {
  const shared = decided(
    Array.from({ length: 40 }, (_, n): [string, string] => [n % 2 ? 'read more' : `line ${n}`, `d${n >> 1}`]),
  )
  expect(groupsByDocument(shared)).toBe(false)
  const { train, dev } = splitDecided(shared, { dev: 0.2, test: 0 })
  expect(dev.length).toBeGreaterThan(0)
  expect(common(textsOf(train), textsOf(dev))).toBe(0)
})

it('judges each sentence in one of five folds, by whole documents, and always the same', () => {
  const folds = foldsOf(DOCUMENTS, 5)
  expect(folds.flat().toSorted((a, b) => a.position - b.position)).toEqual(DOCUMENTS)
  folds.forEach((fold, f) => {
    const others = folds.filter((_, g) => g !== f).flat()
    expect(common(textsOf(fold), textsOf(others))).toBe(0)
    expect(common(documentsOf(fold), documentsOf(others))).toBe(0)
    // 72 sentences in groups of 3 or 6.
    expect(Math.abs(fold.length - 14.4)).toBeLessThan(6)
  })
  expect(foldsOf(DOCUMENTS, 5)).toEqual(folds)
})

it('takes nested parts of whole groups, with the last one everything', () => {
  const parts = nestedParts(DOCUMENTS, [0.25, 0.5, 0.75, 1])
  parts.slice(1).forEach((part, i) => expect(part).toEqual(expect.arrayContaining(parts[i])))
  expect(parts.map(({ length }) => length / 72)).toEqual([0.25, 0.5, 0.75, 1].map((share) => expect.closeTo(share, 1)))
  expect(parts[3]).toEqual(DOCUMENTS)
})
