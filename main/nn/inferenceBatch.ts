/** Batches for prediction: packed like those of training, with each distinct token embedded only once. */
import type { EncodedSplit, SpellingTable } from '../data/types.ts'
import { packSentences, sentencesByLength } from './batch.ts'
import type { WordChars } from './ops/charCnn.ts'

/** Tokens per batch: enough that words repeat and many sentences have a similar length, few enough for the caches. */
export const BATCH_TOKENS = 16_384

/**
 * N tokens, U of them unique: of one spelling and word id. Without dropout, the input of the BiLSTM depends on nothing
 * else, so it is computed once for each unique token.
 */
export interface InferenceBatch {
  /** [T] sentences longer than t tokens. Row order: see native/contract.ts. */
  batchSizes: Int32Array
  /** [N] the token (of the split) of each row. */
  tokens: Int32Array
  /** [U] word ids; several unique tokens may have the same. */
  words: Int32Array
  /** The characters of each unique token. */
  chars: WordChars
  /** [N] the unique token of each row. */
  uniqueTokens: Int32Array
}

/**
 * A split in batches for prediction, sentences of similar length together, shortest first. Skips sentences without
 * tokens.
 */
export function* inferenceBatches(split: EncodedSplit, spellings: SpellingTable): Generator<InferenceBatch> {
  const order = sentencesByLength(split)
  const seen = new Int32Array(spellings.charStart.length - 1).fill(-1)
  for (let from = 0, to = 0; from < order.length; from = to) {
    for (let tokens = 0; to < order.length && (to === from || tokens < BATCH_TOKENS); to++)
      tokens += split.sentenceStart[order[to] + 1] - split.sentenceStart[order[to]]
    yield packForInference(split, spellings, order.slice(from, to), seen)
  }
}

/** Packs the given sentences. `seen` is [number of spellings], all −1, and is all −1 again afterwards. */
export function packForInference(
  split: EncodedSplit,
  spellings: SpellingTable,
  sentences: Int32Array,
  seen: Int32Array,
): InferenceBatch {
  const { batchSizes, tokens } = packSentences(split, sentences)
  const uniqueTokens = new Int32Array(tokens.length)
  const words: number[] = []
  const spelled: number[] = []
  tokens.forEach((token, row) => {
    const [word, spelling] = [split.words[token], split.spellings[token]]
    // Usually a spelling has one word id. Where it has several, each makes a unique token of its own.
    if (seen[spelling] < 0 || words[seen[spelling]] !== word) seen[spelling] = words.push(word) - 1
    if (seen[spelling] === spelled.length) spelled.push(spelling)
    uniqueTokens[row] = seen[spelling]
  })
  for (const spelling of spelled) seen[spelling] = -1
  return { batchSizes, tokens, words: Int32Array.from(words), chars: charsOf(spellings, spelled), uniqueTokens }
}

function charsOf({ charStart, chars }: SpellingTable, spelled: number[]): WordChars {
  const starts = new Int32Array(spelled.length + 1)
  spelled.forEach((spelling, f) => (starts[f + 1] = starts[f] + charStart[spelling + 1] - charStart[spelling]))
  const packed = new Int32Array(starts[spelled.length])
  spelled.forEach((spelling, f) => packed.set(chars.subarray(charStart[spelling], charStart[spelling + 1]), starts[f]))
  return { chars: packed, starts }
}
