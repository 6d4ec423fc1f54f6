/**
 * Splits text into tokens by rules independent of language and corpus. Every token is a substring of the text.
 *
 * Rules, in order of precedence:
 *  1. addresses: http(s)://…, www.…, name@host, without the punctuation after them; @names and #tags
 *  2. numbers with their inner signs: 3.14, 1,000, 10:30, 1/2
 *  3. abbreviations with their dots: U.S., e.g.; one of ABBREVIATIONS or an initial before another word: Mr. Smith
 *  4. words of letters, marks and digits with inner hyphens and apostrophes: well-known, O'Neill, don't (one token);
 *     a run of Han, Kana, Thai, Lao, Khmer or Burmese is split by the dictionary of Intl.Segmenter, because these
 *     scripts write no spaces
 *  5. runs of the same sign: …, --, !!
 *  6. any other single character as a reader sees it: an emoji with its modifiers is one token
 */

const ABBREVIATIONS =
  'Mr Mrs Ms Dr Prof St Jr Sr Gen Col Capt Lt Sgt Rev Hon Gov Sen Rep vs Inc Ltd Co Corp Nr Abs bzw ca vgl Hr Fr Sra ' +
  'Mme Mlle'
const WORD = String.raw`[\p{L}\p{N}][\p{L}\p{M}\p{N}]*`
const ABBREVIATION = String.raw`(?!I)\p{Lu}|${ABBREVIATIONS.replaceAll(' ', '|')}`
const MAIL = String.raw`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`

const rules = (mail: string[]) =>
  new RegExp(
    [
      String.raw`(?:https?:\/\/|www\.)[^\s<>"]*[^\s<>"'.,;:!?)\]}]`,
      ...mail,
      String.raw`[@#][\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*`,
      String.raw`\p{N}+(?:[.,:/]\p{N}+)+`,
      String.raw`(?<![\p{L}\p{N}])(?:(?:\p{L}\.){2,}|(?:${ABBREVIATION})\.(?=\s+[\p{L}\p{N}]))`,
      String.raw`${WORD}(?:[-‐‑'’_]${WORD})*`,
      String.raw`([^\p{L}\p{N}\s])\1+`,
      String.raw`\p{RI}\p{RI}|\p{Emoji}\p{EMod}?\uFE0F?(?:\u200D\p{Emoji}\p{EMod}?\uFE0F?)*`,
      String.raw`[^\s]\p{M}*`,
    ].join('|'),
    'gu',
  )

const TOKEN = rules([MAIL])
/** Without an @ there is no mail address, and looking for one in `a.a.a.…` takes quadratic time. */
const TOKEN_WITHOUT_MAIL = rules([])

/** Scripts that are written without spaces between words. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

let segmenter: Intl.Segmenter | null = null

/** [2n] offsets of the tokens of a text, in UTF-16 units. */
export function plainOffsets(text: string): number[] {
  const offsets: number[] = []
  const unspaced = UNSPACED.test(text)
  for (const { 0: token, index } of text.matchAll(text.includes('@') ? TOKEN : TOKEN_WITHOUT_MAIL)) {
    if (unspaced && token.length > 1 && UNSPACED.test(token)) splitByDictionary(token, index, offsets)
    else offsets.push(index, index + token.length)
  }
  return offsets
}

function splitByDictionary(token: string, at: number, offsets: number[]): void {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  for (const { segment, index } of segmenter.segment(token)) offsets.push(at + index, at + index + segment.length)
}
