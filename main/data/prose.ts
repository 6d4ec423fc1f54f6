/** Distinguishes running text from columns. */

/** A line that ends with a word and sentence-final punctuation, which no tag looks like. */
const SENTENCE_END = /\p{L}{2,}[.!?…]["'”’»)\]]*\s*$/u
const WORD_AT_END = / \p{L}{2,}[,;:.!?…]?\s*$/u
const SHARE = 0.3

/** Whether lines are sentences or paragraphs of text rather than one token each. */
export function looksLikeProse(lines: readonly string[]): boolean {
  const some = lines.slice(0, 1000)
  if (some.some((line) => line.includes('\t'))) return false
  const words = some.map((line) => line.trim().split(/ +/).length)
  if (!words.some((count) => count > 1)) return false
  const ended = some.filter((line) => SENTENCE_END.test(line)).length
  if (ended >= SHARE * some.length) return true
  // Varying numbers of words, mostly large, and words at the ends of lines.
  const wide = words.filter((count) => count >= 5).length
  const worded = some.filter((line) => WORD_AT_END.test(line)).length
  return new Set(words).size >= 4 && wide * 2 > words.length && worded * 2 > words.length
}
