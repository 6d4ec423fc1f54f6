/**
 * Text to sentences of tokens; every token is a piece of the text. What a token is, a Tokeniser says
 * (main/data/tokens).
 *
 * A sentence ends after . ! ? … 。 ！ ？ ․ ।, and the quotes and brackets that close after them, where white space follows
 * (after full-width signs: anything) and then no small letter. After an abbreviation it ends where the tokeniser says
 * so. A sentence ends at the end of the given text at the latest.
 */
import { codePoints, type Sentence } from '../../shared/tags/tagging.ts'
import { plainTokeniser, type Tokeniser } from '../data/tokens/tokeniser.ts'

const ENDS = /^(?:[.!?…।]+|[。！？․]+)$/u
const FULL_WIDTH = /[。！？]$/u
const CLOSES = /^["'’”»)\]}]+$/u
const SMALL = /^\p{Ll}/u
/** Most tokens of a sentence: a file without an end of sentence must not take all memory. */
const LONGEST = 500

type Start = NonNullable<Sentence['start']>

/**
 * One sentence, whatever is in it; null where the text holds no token. `at`: where the text begins in the whole input.
 */
export function tokeniseSentence(text: string, at: Start, tokeniser: Tokeniser = plainTokeniser): Sentence | null {
  const offsets = tokeniser.offsets(text)
  return offsets.length === 0 ? null : piece(text, offsets, 0, offsets.length, { ...at, text: 0 })
}

/** The sentences of a text. */
export function tokeniseText(text: string, at: Start, tokeniser: Tokeniser = plainTokeniser): Sentence[] {
  const offsets = tokeniser.offsets(text)
  const sentences: Sentence[] = []
  // Counting code points from the last sentence on keeps this linear.
  const counted = { ...at, text: 0 }
  let from = 0
  for (let i = 0; i < offsets.length; i += 2) {
    const last = i + 2 === offsets.length
    if (!last && i + 2 - from < 2 * LONGEST && !endsSentence(text, offsets, i, from, tokeniser)) continue
    sentences.push(piece(text, offsets, from, i + 2, counted))
    from = i + 2
  }
  return sentences
}

/** Whether a sentence that began with token `from` ends with token `i`, which is not the last; both index `offsets`. */
function endsSentence(text: string, offsets: number[], i: number, from: number, tokeniser: Tokeniser): boolean {
  const token = (k: number) => text.slice(offsets[k], offsets[k + 1])
  const next = token(i + 2)
  const gap = offsets[i + 2] > offsets[i + 1]
  // What closes belongs to the sentence before it.
  if (!gap && CLOSES.test(next)) return false
  let end = i
  while (end > from && CLOSES.test(token(end)) && offsets[end] === offsets[end - 1]) end -= 2
  const sign = token(end)
  if (!ENDS.test(sign)) return gap && tokeniser.endsSentence(sign, next)
  if (FULL_WIDTH.test(sign)) return true
  return gap && !SMALL.test(next)
}

/** The sentence of offsets[from..to). `counted` is moved on to its start. */
function piece(text: string, offsets: number[], from: number, to: number, counted: Start & { text: number }): Sentence {
  const begin = offsets[from]
  const skipped = text.slice(counted.text, begin)
  counted.utf16 += skipped.length
  counted.codePoints += codePoints(skipped)
  counted.text = begin
  const own = Int32Array.from(offsets.slice(from, to), (offset) => offset - begin)
  const words: string[] = []
  for (let k = from; k < to; k += 2) words.push(text.slice(offsets[k], offsets[k + 1]))
  return {
    words,
    text: text.slice(begin, offsets[to - 1]),
    offsets: own,
    start: { utf16: counted.utf16, codePoints: counted.codePoints },
    source: null,
  }
}
