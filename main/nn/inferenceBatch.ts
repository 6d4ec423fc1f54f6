/** Batches for prediction: as packed as those of training, and what a word brings along is there once, however often it comes. */
import type { EncodedSplit, SpellingTable } from '../data/types.ts'
import { packSentences, sentencesByLength } from './batch.ts'
import type { WordChars } from './ops/charCnn.ts'

/** Tokens at once: enough that words repeat and many sentences are of like length, few enough for the caches. */
export const BATCH_TOKENS = 16_384

/** N tokens of F forms: a form is a spelling, with its word id. Without dropout all that lies beneath the BiLSTM depends on it alone. */
export interface InferenceBatch {
  /** [T] sentences longer than t tokens. Row order: see native/contract.ts. */
  batchSizes: Int32Array
  /** [N] the token (of the split) of each row. */
  tokens: Int32Array
  /** [F] word ids; one may come several times. */
  words: Int32Array
  /** The characters of each form. */
  chars: WordChars
  /** [N] the form of each row. */
  forms: Int32Array
}

/** A split in batches for prediction, sentences of like length together, shortest first. Sentences without tokens are left out. */
export function* inferenceBatches(split: EncodedSplit, spellings: SpellingTable): Generator<InferenceBatch> {
  const order = sentencesByLength(split)
  const seen = new Int32Array(spellings.charStart.length - 1).fill(-1)
  for (let from = 0, to = 0; from < order.length; from = to) {
    for (let tokens = 0; to < order.length && (to === from || tokens < BATCH_TOKENS); to++)
      tokens += split.sentenceStart[order[to] + 1] - split.sentenceStart[order[to]]
    yield packForInference(split, spellings, order.slice(from, to), seen)
  }
}

/** Packs the given sentences. `seen` is [number of spellings], all −1, and is left so. */
export function packForInference(
  split: EncodedSplit,
  spellings: SpellingTable,
  sentences: Int32Array,
  seen: Int32Array,
): InferenceBatch {
  const { batchSizes, tokens } = packSentences(split, sentences)
  const forms = new Int32Array(tokens.length)
  const words: number[] = []
  const spelled: number[] = []
  tokens.forEach((token, row) => {
    const [word, spelling] = [split.words[token], split.spellings[token]]
    // A spelling has one word id in every vocabulary of ours; a table that says otherwise gets a form more.
    if (seen[spelling] < 0 || words[seen[spelling]] !== word) seen[spelling] = words.push(word) - 1
    if (seen[spelling] === spelled.length) spelled.push(spelling)
    forms[row] = seen[spelling]
  })
  for (const spelling of spelled) seen[spelling] = -1
  return { batchSizes, tokens, words: Int32Array.from(words), chars: charsOf(spellings, spelled), forms }
}

function charsOf({ charStart, chars }: SpellingTable, spelled: number[]): WordChars {
  const starts = new Int32Array(spelled.length + 1)
  spelled.forEach((spelling, f) => (starts[f + 1] = starts[f] + charStart[spelling + 1] - charStart[spelling]))
  const packed = new Int32Array(starts[spelled.length])
  spelled.forEach((spelling, f) => packed.set(chars.subarray(charStart[spelling], charStart[spelling + 1]), starts[f]))
  return { chars: packed, starts }
}
