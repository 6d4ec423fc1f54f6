/**
 * Text to sentences of tokens, by rules that know no language; every token is a piece of the text.
 *
 * Tokens are, the first rule that fits first:
 *  1. addresses: http(s)://…, www.…, name@host, without the punctuation after them; @names and #tags
 *  2. numbers with their inner signs: 3.14, 1,000, 10:30, 1/2
 *  3. abbreviations with their dots: U.S., e.g.; one of ABBREVIATIONS or an initial before another word: Mr. Smith, J. Doe
 *  4. words of letters, marks and digits with inner hyphens and apostrophes: well-known, O'Neill, don't (one token);
 *     but a run of Han, Kana, Thai, Lao, Khmer or Burmese is cut by the dictionary of Intl.Segmenter, for they write no spaces
 *  5. runs of the same sign: …, --, !!
 *  6. any other single character as a reader sees it: an emoji with its modifiers is one token
 *
 * A sentence ends after . ! ? … 。 ！ ？ ․ ।, and the quotes and brackets that close after them, where white space follows (after
 * full-width signs: anything) and then no small letter; the dot of an abbreviation ends none. A
 * sentence ends at the end of the given text at the latest.
 */
import { codePoints, type Sentence } from '../../shared/tags/tagging.ts'

/** Their dot belongs to them where a word follows. */
const ABBREVIATIONS =
  'Mr Mrs Ms Dr Prof St Jr Sr Gen Col Capt Lt Sgt Rev Hon Gov Sen Rep vs Inc Ltd Co Corp Nr Abs bzw ca vgl Hr Fr Sra Mme Mlle'.replaceAll(
    ' ',
    '|',
  )
const WORD = String.raw`[\p{L}\p{N}][\p{L}\p{M}\p{N}]*`
const TOKEN = new RegExp(
  [
    String.raw`(?:https?:\/\/|www\.)[^\s<>"]*[^\s<>"'.,;:!?)\]}]`,
    String.raw`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`,
    String.raw`[@#][\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*`,
    String.raw`\p{N}+(?:[.,:/]\p{N}+)+`,
    String.raw`(?<![\p{L}\p{N}])(?:(?:\p{L}\.){2,}|(?:(?!I)\p{Lu}|${ABBREVIATIONS})\.(?=\s+[\p{L}\p{N}]))`,
    String.raw`${WORD}(?:[-‐‑'’_]${WORD})*`,
    String.raw`([^\p{L}\p{N}\s])\1+`,
    String.raw`\p{RI}\p{RI}|\p{Emoji}\p{EMod}?\uFE0F?(?:\u200D\p{Emoji}\p{EMod}?\uFE0F?)*`,
    String.raw`[^\s]\p{M}*`,
  ].join('|'),
  'gu',
)

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

const ENDS = /^(?:[.!?…।]+|[。！？․]+)$/u
const FULL_WIDTH = /[。！？]$/u
const CLOSES = /^["'’”»)\]}]+$/u
const SMALL = /^\p{Ll}/u
/** A sentence ends after so many tokens at the latest: a file without an end of sentence must not take all memory. */
const LONGEST = 500

let segmenter: Intl.Segmenter | null = null

/** [2n] offsets of the tokens of a text. */
export function tokenOffsets(text: string): number[] {
  const offsets: number[] = []
  const unspaced = UNSPACED.test(text)
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (unspaced && token.length > 1 && UNSPACED.test(token)) cutByDictionary(token, index, offsets)
    else offsets.push(index, index + token.length)
  }
  return offsets
}

function cutByDictionary(token: string, at: number, offsets: number[]): void {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  for (const { segment, index } of segmenter.segment(token)) offsets.push(at + index, at + index + segment.length)
}

/** One sentence, whatever is in it; null where the text holds no token. `at`: where the text begins in all that is read. */
export function tokeniseSentence(text: string, at: NonNullable<Sentence['start']>): Sentence | null {
  const offsets = tokenOffsets(text)
  return offsets.length === 0 ? null : piece(text, offsets, 0, offsets.length, { ...at, text: 0 })
}

/** The sentences of a text. */
export function tokeniseText(text: string, at: NonNullable<Sentence['start']>): Sentence[] {
  const offsets = tokenOffsets(text)
  const sentences: Sentence[] = []
  // Code points are counted on from the last sentence, not from the start of the text each time.
  const counted = { ...at, text: 0 }
  let from = 0
  for (let i = 0; i < offsets.length; i += 2) {
    const last = i + 2 === offsets.length
    if (!last && i + 2 - from < 2 * LONGEST && !endsSentence(text, offsets, i, from)) continue
    sentences.push(piece(text, offsets, from, i + 2, counted))
    from = i + 2
  }
  return sentences
}

/** Whether a sentence that began with token `from` ends with token `i`, which is not the last; both index `offsets`. */
function endsSentence(text: string, offsets: number[], i: number, from: number): boolean {
  const token = (k: number) => text.slice(offsets[k], offsets[k + 1])
  const next = token(i + 2)
  const gap = offsets[i + 2] > offsets[i + 1]
  // What closes belongs to the sentence before it.
  if (!gap && CLOSES.test(next)) return false
  let end = i
  while (end > from && CLOSES.test(token(end)) && offsets[end] === offsets[end - 1]) end -= 2
  const sign = token(end)
  if (!ENDS.test(sign)) return false
  if (FULL_WIDTH.test(sign)) return true
  return gap && !SMALL.test(next)
}

/** The sentence of offsets[from..to). `counted` is moved on to its start. */
function piece(
  text: string,
  offsets: number[],
  from: number,
  to: number,
  counted: { utf16: number; codePoints: number; text: number },
): Sentence {
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
