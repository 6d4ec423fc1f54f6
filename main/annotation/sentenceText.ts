/** The text of a sentence of CoNLL-U: what `# text` says where its words are found there, else its words with the spaces that MISC leaves them. */
import type { Sentence } from '../../shared/tags/tagging.ts'

export interface SentenceText {
  text: string
  tokens: Int32Array
  /** Nothing says that a space is missing anywhere. */
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

/** Where the words stand in a text, nothing but white space between them; null where they do not. */
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
