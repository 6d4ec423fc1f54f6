/** Batches of sentences in the packed, time-major layout that the kernels read: without padding. */
import type { EncodedSplit, SpellingTable } from '../data/types.ts'
import { uniform, type RandomKey } from '../../shared/util/random.ts'
import type { WordChars } from './ops/charCnn.ts'

/** B sentences, N tokens, U distinct words. Row order: see native/contract.ts. */
export interface PackedBatch {
  /** [T] sentences longer than t tokens. */
  batchSizes: Int32Array
  /** [B] the sentence (of the split) of each rank. */
  sentences: Int32Array
  /** [N] the token (of the split) of each row. */
  tokens: Int32Array
  /** [U] the distinct word ids. */
  words: Int32Array
  /** [N] index into `words`. */
  wordIndex: Int32Array
  chars: WordChars
  /** [N] */
  tags: Int32Array
}

/** The probability that a word is replaced by the unknown word, drawn for each row. */
export interface WordDropout {
  rate: number
  key: RandomKey
}

/** Packs the given sentences. `scratch` is [wordCount], all −1, and is all −1 again afterwards. */
export function packBatch(
  split: EncodedSplit,
  spellings: SpellingTable,
  sentences: Int32Array,
  scratch: Int32Array,
  wordDropout?: WordDropout,
): PackedBatch {
  const { ranked, batchSizes, tokens } = packSentences(split, sentences)
  const N = tokens.length
  const tags = new Int32Array(N)
  const wordIndex = new Int32Array(N)
  const distinct: number[] = []
  for (let n = 0; n < N; n++) {
    tags[n] = split.tags[tokens[n]]
    const dropped = wordDropout !== undefined && uniform(n, wordDropout.key) < wordDropout.rate
    const word = dropped ? 0 : split.words[tokens[n]]
    if (scratch[word] < 0) scratch[word] = distinct.push(word) - 1
    wordIndex[n] = scratch[word]
  }
  for (const word of distinct) scratch[word] = -1
  return {
    batchSizes,
    sentences: ranked,
    tokens,
    words: Int32Array.from(distinct),
    wordIndex,
    chars: packChars(split, spellings, tokens),
    tags,
  }
}

/** The order of a packed batch: its sentences by rank [B], batchSizes [T], the token of each row [N]. */
export function packSentences(
  split: EncodedSplit,
  sentences: Int32Array,
): { ranked: Int32Array; batchSizes: Int32Array; tokens: Int32Array } {
  const length = (s: number) => split.sentenceStart[s + 1] - split.sentenceStart[s]
  const ranked = sentences.slice().sort((a, b) => length(b) - length(a) || a - b)
  const batchSizes = new Int32Array(ranked.length ? length(ranked[0]) : 0)
  for (const s of ranked) for (let t = 0; t < length(s); t++) batchSizes[t]++
  return { ranked, batchSizes, tokens: packTokens(split, ranked, batchSizes) }
}

function packTokens(split: EncodedSplit, ranked: Int32Array, batchSizes: Int32Array): Int32Array {
  let N = 0
  for (const B of batchSizes) N += B
  const tokens = new Int32Array(N)
  let row = 0
  batchSizes.forEach((B, t) => {
    for (let r = 0; r < B; r++) tokens[row++] = split.sentenceStart[ranked[r]] + t
  })
  return tokens
}

function packChars(split: EncodedSplit, { charStart, chars }: SpellingTable, tokens: Int32Array): WordChars {
  const N = tokens.length
  const starts = new Int32Array(N + 1)
  for (let n = 0; n < N; n++) {
    const spelling = split.spellings[tokens[n]]
    starts[n + 1] = starts[n] + charStart[spelling + 1] - charStart[spelling]
  }
  const packed = new Int32Array(starts[N])
  for (let n = 0; n < N; n++) {
    const from = charStart[split.spellings[tokens[n]]]
    for (let k = starts[n], c = from; k < starts[n + 1]; k++, c++) packed[k] = chars[c]
  }
  return { chars: packed, starts }
}

/**
 * The sentences of a split in batches of nearly equal length: sorted by length, equal lengths in random order, cut into
 * batches, which are then shuffled. A pure function of the key. Skips sentences without tokens.
 */
export function bucketBatches(split: EncodedSplit, batchSize: number, key: RandomKey): Int32Array[] {
  const order = sentencesByLength(split, (s) => uniform(s, key))
  const batches: Int32Array[] = []
  for (let from = 0; from < order.length; from += batchSize) batches.push(order.slice(from, from + batchSize))
  const place = new Float64Array(batches.length)
  for (let b = 0; b < place.length; b++) place[b] = uniform(b, { k0: key.k1, k1: key.k0 })
  return Array.from(batches.keys())
    .sort((a, b) => place[a] - place[b] || a - b)
    .map((b) => batches[b])
}

/** Sentence numbers, shortest first; equal lengths by `tie`, then by number. */
export function sentencesByLength(split: EncodedSplit, tie: (sentence: number) => number = () => 0): Int32Array {
  const S = split.sentenceStart.length - 1
  const lengths = new Int32Array(S)
  const ties = new Float64Array(S)
  const present: number[] = []
  for (let s = 0; s < S; s++) {
    lengths[s] = split.sentenceStart[s + 1] - split.sentenceStart[s]
    ties[s] = tie(s)
    if (lengths[s] > 0) present.push(s)
  }
  return Int32Array.from(present).sort((a, b) => lengths[a] - lengths[b] || ties[a] - ties[b] || a - b)
}
