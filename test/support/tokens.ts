/** Sentences of a corpus with their text, and the F1 of a tokeniser on them. */
import { readFileSync } from 'node:fs'

export interface TokenSentence {
  words: string[]
  text: string
}

/** `SpaceAfter=No` and `# text` are not looked at where `detokenised`: then the text follows from the words alone. */
export function conlluSentences(path: string, detokenised = false): TokenSentence[] {
  return blocks(path).flatMap((lines) => {
    const words = lines.map((line) => line.split('\t')).flatMap(([id, form]) => (/^\d+$/.test(id) ? [form] : []))
    const text = lines.find((line) => line.startsWith('# text = '))?.slice('# text = '.length)
    return words.length === 0 ? [] : [{ words, text: detokenised || text === undefined ? detokenise(words) : text }]
  })
}

/** Columns apart by spaces or tabs, words first. */
export function conllSentences(path: string): TokenSentence[] {
  return blocks(path).flatMap((lines) => {
    const words = lines.map((line) => line.split(/[ \t]/)[0]).filter((word) => word !== '' && word !== '-DOCSTART-')
    return words.length === 0 ? [] : [{ words, text: detokenise(words) }]
  })
}

const blocks = (path: string) =>
  readFileSync(path, 'utf8')
    .split(/\r?\n\r?\n/)
    .map((block) => block.split(/\r?\n/).filter((line) => line !== ''))

const CLITIC = /^(?:n['’]t|['’`](?:s|ll|re|ve|m|d))$/i

/**
 * Words as a text: a space between them, but none before . , ; : ! ? ) ] ' and clitics, and none after ( [. Double
 * quotes are paired: none after the first and none before the second.
 */
export function detokenise(words: readonly string[]): string {
  let text = ''
  let open = false
  let glued = true
  for (const word of words) {
    const closes = /^[.,;:!?)\]'’]$/.test(word) || CLITIC.test(word) || (word === '"' && open)
    text += (glued || closes ? '' : ' ') + word
    if (word === '"') open = !open
    glued = word === '(' || word === '[' || (word === '"' && open)
  }
  return text
}

/** [2n] offsets of words in a text. Throws an Error where they are not its tokens. */
export function offsetsIn(text: string, words: readonly string[]): number[] {
  let at = 0
  return words.flatMap((word) => {
    while (/\s/.test(text[at] ?? '')) at++
    if (!text.startsWith(word, at)) throw new Error(`${text}: expected ${word} at ${at}`)
    return [at, (at += word.length)]
  })
}

/** F1 in percent of tokens with both borders right. */
export function tokenF1(sentences: readonly TokenSentence[], offsets: (text: string) => number[]): number {
  let [right, gold, found] = [0, 0, 0]
  for (const { words, text } of sentences) {
    const own = offsetsIn(text, words)
    const expected = new Set(pairs(own))
    const given = pairs(offsets(text))
    right += given.filter((pair) => expected.has(pair)).length
    gold += expected.size
    found += given.length
  }
  return (200 * right) / (gold + found)
}

const pairs = (offsets: number[]) => offsets.flatMap((start, k) => (k % 2 === 0 ? [`${start} ${offsets[k + 1]}`] : []))

/** As the readers of corpora hand sentences to what learns from them. */
export function tokenTable(sentences: readonly { words: readonly string[] }[]) {
  const index = new Map<string, number>()
  const ids: number[] = []
  const sentenceStart = [0]
  for (const { words } of sentences) {
    for (const word of words) {
      if (!index.has(word)) index.set(word, index.size)
      ids.push(index.get(word)!)
    }
    sentenceStart.push(ids.length)
  }
  return {
    words: { names: [...index.keys()], ids: Int32Array.from(ids) },
    sentenceStart: Int32Array.from(sentenceStart),
  }
}
