/** Packing and bucketing: nothing lost, nothing doubled, the layout of native/contract.ts. */
import { describe, expect, it } from 'vitest'
import { bucketBatches, packBatch, sentencesByLength } from '../../main/nn/batch.ts'
import { BATCH_TOKENS, inferenceBatches } from '../../main/nn/inferenceBatch.ts'
import type { EncodedSplit, SpellingTable } from '../../main/data/types.ts'
import { Draw } from '../support/arrays.ts'
import { rowsOf } from '../support/packed.ts'

const WORDS = 23

/** Sentences of these lengths, random words; spelling i has i % 5 characters. */
function split(lengths: number[]): { split: EncodedSplit; spellings: SpellingTable } {
  const draw = new Draw('split', ...lengths)
  const sentenceStart = Int32Array.from([
    0,
    ...lengths.map((_, s) => lengths.slice(0, s + 1).reduce((sum, n) => sum + n, 0)),
  ])
  const N = sentenceStart.at(-1)!
  const charStart = Int32Array.from({ length: 31 }, (_, i) =>
    Array.from({ length: i }, (_, k) => k % 5).reduce((sum, n) => sum + n, 0),
  )
  return {
    split: { sentenceStart, words: draw.ints(N, WORDS), spellings: draw.ints(N, 30), tags: draw.ints(N, 6) },
    spellings: { charStart, chars: draw.ints(charStart[30], 40) },
  }
}

const clean = () => new Int32Array(WORDS).fill(-1)

describe('packBatch', () => {
  it.each([
    ['different lengths, out of order', [3, 1, 5, 2, 5, 4], [4, 0, 2, 1, 5]],
    ['equal lengths', [2, 2, 2], [2, 0, 1]],
    ['one sentence of one token', [1], [0]],
    ['empty sentences among them', [3, 0, 2, 0], [0, 1, 2, 3]],
    ['no sentence', [3], []],
  ])('%s', (_, lengths, sentences) => {
    const { split: from, spellings } = split(lengths)
    const scratch = clean()
    const batch = packBatch(from, spellings, Int32Array.from(sentences), scratch)
    expect(scratch).toEqual(clean())

    // Longest first, time-major: the tokens of rank r are its sentence's, in order.
    const rows = rowsOf(batch.batchSizes)
    const ranked = [...batch.sentences].filter((s) => lengths[s] > 0)
    expect([...batch.sentences].toSorted((a, b) => a - b)).toEqual(sentences.toSorted((a, b) => a - b))
    expect(rows.map((own) => own.map((row) => batch.tokens[row]))).toEqual(
      ranked.map((s) => Array.from({ length: lengths[s] }, (_, t) => from.sentenceStart[s] + t)),
    )
    expect(batch.batchSizes.every((size, t) => size > 0 && (t === 0 || size <= batch.batchSizes[t - 1]))).toBe(true)

    // Every token once.
    const expected = sentences.flatMap((s) => Array.from({ length: lengths[s] }, (_, t) => from.sentenceStart[s] + t))
    expect([...batch.tokens].toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b))

    // What belongs to a token came with it.
    expect(new Set(batch.words).size).toBe(batch.words.length)
    expect(batch.chars.starts.length).toBe(batch.tokens.length + 1)
    batch.tokens.forEach((token, row) => {
      expect(batch.tags[row]).toBe(from.tags[token])
      expect(batch.words[batch.wordIndex[row]]).toBe(from.words[token])
      const spelling = from.spellings[token]
      const chars = batch.chars.chars.slice(batch.chars.starts[row], batch.chars.starts[row + 1])
      expect(chars).toEqual(spellings.chars.slice(spellings.charStart[spelling], spellings.charStart[spelling + 1]))
    })
  })

  it('drops words by the rate, for the unknown word, and leaves their characters', () => {
    const { split: from, spellings } = split(Array.from({ length: 200 }, () => 20))
    from.words.forEach((word, n) => (from.words[n] = Math.max(1, word)))
    const all = Int32Array.from({ length: 200 }, (_, s) => s)
    const whole = packBatch(from, spellings, all, clean())
    const scratch = clean()
    const batch = packBatch(from, spellings, all, scratch, { rate: 0.25, key: { k0: 1, k1: 2 } })
    expect(scratch).toEqual(clean())
    const words = Array.from(batch.wordIndex, (u) => batch.words[u])
    const dropped = words.filter((word) => word === 0).length
    // 4,000 draws of probability 0.25 have a standard deviation of 27.
    expect(dropped).toBeGreaterThan(1000 - 5 * 27)
    expect(dropped).toBeLessThan(1000 + 5 * 27)
    expect(words.every((word, n) => word === 0 || word === from.words[batch.tokens[n]])).toBe(true)
    expect(batch.chars).toEqual(whole.chars)
    expect(packBatch(from, spellings, all, scratch, { rate: 0.25, key: { k0: 1, k1: 2 } })).toEqual(batch)
    expect(packBatch(from, spellings, all, scratch, { rate: 0.25, key: { k0: 1, k1: 3 } }).wordIndex).not.toEqual(
      batch.wordIndex,
    )
  })
})

describe('bucketBatches', () => {
  const lengths = Array.from({ length: 58 }, (_, s) => (s * 7) % 11)
  const { split: from } = split(lengths)
  const key = { k0: 5, k1: 6 }

  it('covers every sentence with tokens once, in full batches except one', () => {
    const batches = bucketBatches(from, 8, key)
    const present = lengths.flatMap((length, s) => (length > 0 ? [s] : []))
    expect(batches.flatMap((batch) => [...batch]).toSorted((a, b) => a - b)).toEqual(present)
    expect(batches.map((batch) => batch.length).toSorted((a, b) => b - a)).toEqual([
      ...Array(6).fill(8),
      present.length - 48,
    ])
  })

  it('puts sentences of similar length together: batches do not overlap in length', () => {
    const ranges = bucketBatches(from, 8, key)
      .map((batch) => [...batch].map((s) => lengths[s]))
      .map((own) => [Math.min(...own), Math.max(...own)])
    ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    for (let b = 1; b < ranges.length; b++) expect(ranges[b][0]).toBeGreaterThanOrEqual(ranges[b - 1][1])
  })

  it('is a function of the key: order of batches and who is with whom', () => {
    expect(bucketBatches(from, 8, key)).toEqual(bucketBatches(from, 8, key))
    const sets = (k: typeof key) =>
      bucketBatches(from, 8, k).map((batch) => [...batch].toSorted((a, b) => a - b).join())
    expect(sets(key)).not.toEqual(sets({ k0: 5, k1: 7 }))
    expect(sets(key).toSorted()).not.toEqual(sets({ k0: 6, k1: 6 }).toSorted())
  })

  it('sentencesByLength: shortest first, ties by number', () => {
    expect([...sentencesByLength(split([3, 0, 1, 3, 2, 1]).split)]).toEqual([2, 5, 4, 0, 3])
  })
})

describe('inferenceBatches', () => {
  it.each([
    ['a small split: one batch', [3, 1, 0, 5, 2, 5, 4], 1],
    ['more than a batch', Array.from({ length: BATCH_TOKENS / 8 }, (_, s) => 1 + ((s * 7) % 19)), 2],
    ['a sentence longer than a batch, at its end', [1, BATCH_TOKENS + 1, 2], 1],
    ['two such sentences', [BATCH_TOKENS + 100, BATCH_TOKENS], 2],
    ['no sentence', [], 0],
  ])('%s: every token once, with its word and characters', (_, lengths, batches) => {
    const { split: from, spellings } = split(lengths)
    const found = [...inferenceBatches(from, spellings)]
    expect(found.length).toBe(batches)
    expect(found.flatMap(({ tokens }) => [...tokens]).toSorted((a, b) => a - b)).toEqual(Array.from(from.words.keys()))
    for (const { batchSizes, tokens, words, chars, uniqueTokens } of found) {
      expect(chars.starts.length).toBe(words.length + 1)
      const charsOfToken = (form: number) => [...chars.chars.slice(chars.starts[form], chars.starts[form + 1])]
      tokens.forEach((token, row) => {
        const spelling = from.spellings[token]
        expect(words[uniqueTokens[row]]).toBe(from.words[token])
        expect(charsOfToken(uniqueTokens[row])).toEqual([
          ...spellings.chars.slice(spellings.charStart[spelling], spellings.charStart[spelling + 1]),
        ])
      })
      // In the order of the packed batch: the rows of a sentence are its tokens, in order.
      for (const rows of rowsOf(batchSizes))
        for (let t = 1; t < rows.length; t++) expect(tokens[rows[t]]).toBe(tokens[rows[t - 1]] + 1)
    }
  })

  it('has a unique token once where a spelling has one word', () => {
    const { split: from, spellings } = split([400, 300, 20])
    const oneWord = { ...from, words: from.spellings.map((spelling) => spelling % WORDS) }
    const [{ uniqueTokens, words }] = inferenceBatches(oneWord, spellings)
    expect(words.length).toBe(new Set(oneWord.spellings).size)
    expect(new Set(uniqueTokens).size).toBe(words.length)
  })
})
