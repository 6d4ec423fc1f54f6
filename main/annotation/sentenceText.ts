/**
 * The text of a CoNLL-U sentence: that of `# text` if it contains the words in order, else the words joined by spaces
 * except where MISC says SpaceAfter=No.
 */
import type { Sentence } from '../../shared/tags/tagging.ts'

export interface SentenceText {
  text: string
  tokens: Int32Array
  /** True if `text` is the words joined by spaces, because the file does not say where spaces are missing. */
  joined: boolean
}

export function sentenceText(
  { words, text: plain, offsets }: Sentence,
  misc: readonly string[],
  lines: readonly string[],
): SentenceText {
  const said = lines.map((line) => /^#\s*text\s*=\s(.*)$/.exec(line)?.[1]).find((text) => text !== undefined)
  const found = said === undefined ? null : placesIn(said, words)
  if (said !== undefined && found !== null) return { text: said, tokens: found, joined: false }
  const gaps = misc.map((items) => (items.split('|').includes('SpaceAfter=No') ? '' : ' '))
  if (!gaps.includes('')) return { text: plain, tokens: offsets, joined: true }
  const text = words.map((word, t) => (t + 1 < words.length ? word + gaps[t] : word)).join('')
  return { text, tokens: placesIn(text, words)!, joined: false }
}

/** Offsets of the words in a text that has only white space between them; null if the text differs. */
function placesIn(text: string, words: readonly string[]): Int32Array | null {
  const tokens = new Int32Array(2 * words.length)
  let at = 0
  for (const [t, word] of words.entries()) {
    while (!text.startsWith(word, at) && /\s/.test(text[at] ?? '')) at++
    if (!text.startsWith(word, at)) return null
    tokens[2 * t] = at
    at += word.length
    tokens[2 * t + 1] = at
  }
  return text.slice(at).trim() === '' ? tokens : null
}
