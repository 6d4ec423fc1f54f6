/** Removes the language prefix that WikiANN (PAN-X) writes before every word: `en:Graz`. */
import { isBlank, splitColumns, type ConllLayout } from './conllLayout.ts'

const PREFIX = /^([a-z]{2,3}(?:-[a-z]{2,8})*):./
const LINES_SAMPLED = 20_000
const ENOUGH = 3

/** The prefix shared by all words of the first lines, with its colon; null if a word lacks it. */
export function languagePrefix(
  sniffed: readonly (string | null)[],
  { separator }: ConllLayout,
  words: number,
): string | null {
  let found: string | null = null
  let count = 0
  for (const line of sniffed.slice(0, LINES_SAMPLED)) {
    if (line === null || isBlank(line)) continue
    const language = PREFIX.exec(splitColumns(line, separator)[words] ?? '')?.[1]
    if (language === undefined || (found !== null && found !== `${language}:`)) return null
    found = `${language}:`
    count++
  }
  return count >= ENOUGH ? found : null
}

export function withoutPrefix(word: string, prefix: string | null): string {
  return prefix !== null && word.startsWith(prefix) && word.length > prefix.length ? word.slice(prefix.length) : word
}
