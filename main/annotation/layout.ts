/** Tokens and sentences of a text: those given in the file, else those of the tokeniser. */
import { tokeniseText } from '../tagger/tokenise.ts'
import type { Annotated } from './types.ts'

export interface Layout {
  /** [2n] start and end of each token, in UTF-16 units. */
  tokens: Int32Array
  /** Index of the first token of each sentence, including the first sentence. */
  starts: number[]
}

const BLANK = /^[ \t\r\n]*$/

const known = new WeakMap<Annotated, Layout>()

/** Returns the layout of a document. Leaves out tokens that are only white space, which some tools export. */
export function layoutOf(document: Annotated): Layout {
  const found =
    known.get(document) ?? (document.tokens === null ? cut(document.text) : given(document, document.tokens))
  known.set(document, found)
  return found
}

function cut(text: string): Layout {
  const tokens: number[] = []
  const starts: number[] = []
  for (const { begin, offsets } of sentencesOf(text)) {
    starts.push(tokens.length / 2)
    for (const offset of offsets) tokens.push(begin + offset)
  }
  return { tokens: Int32Array.from(tokens), starts }
}

/** Blank lines separate paragraphs; a sentence may span several lines. */
function* sentencesOf(text: string): Generator<{ begin: number; offsets: Int32Array }> {
  let at = 0
  for (const part of text.split(/(\n\s*\n)/)) {
    for (const { start, offsets } of tokeniseText(part, { utf16: at, codePoints: 0 }))
      yield { begin: start!.utf16, offsets }
    at += part.length
  }
}

function given({ text, sentences }: Annotated, all: Int32Array): Layout {
  const kept: number[] = []
  /** Maps a token's index among all tokens to its index among the kept ones. */
  const numberOf: number[] = []
  for (let i = 0; i < all.length; i += 2) {
    numberOf.push(kept.length / 2)
    if (!BLANK.test(text.slice(all[i], all[i + 1]))) kept.push(all[i], all[i + 1])
  }
  const n = kept.length / 2
  const starts =
    sentences === null
      ? startsAt(
          Array.from(sentencesOf(text), ({ begin }) => begin),
          kept,
        )
      : sentences.map((token) => numberOf[token] ?? n)
  const distinct = [...new Set([0, ...starts])].filter((start) => start < n).sort((a, b) => a - b)
  return { tokens: Int32Array.from(kept), starts: distinct }
}

/** For each position, the index of the first token that starts there or later. `places` must be in ascending order. */
function startsAt(places: number[], tokens: number[]): number[] {
  let token = 0
  return places.map((place) => {
    while (2 * token < tokens.length && tokens[2 * token] < place) token++
    return token
  })
}
