/** The layout of files of columns: which lines are blank, what separates the columns, how many there are. */

/** Lines sampled to detect a layout. */
export const SNIFFED_LINES = 1000
/** A line of only tabs and spaces separates sentences. */
export const BLANK = /^[ \t]*$/
export const DOCUMENT_START = '-DOCSTART-'

/** In fewer lines every word may have a space by chance. */
const MIN_LINES = 5

/** Whether a line separates sentences. */
export function isBlank(line: string): boolean {
  return line === '' || BLANK.test(line)
}

/** The layout of a file, detected from its first lines. */
export interface ConllLayout {
  separator: 'tab' | 'spaces'
  /** The largest number of columns in a line. */
  columns: number
  /** The number of columns that most lines have. */
  usual: number
  /** Number of the first line with a token, from 1. */
  firstLine: number
}

/**
 * Detects the separator of a file: tab if most lines contain one (words may then contain spaces), else runs of spaces
 * and tabs. Where every line has both, and as many fields as the others only when both separate, both do. Null if there
 * is no token.
 */
export function conllLayout(lines: readonly (string | null)[]): ConllLayout | null {
  const isToken = (line: string | null): line is string =>
    line !== null && !isBlank(line) && !line.startsWith(DOCUMENT_START)
  // Lines that begin with # may be comments, so they are used only if there are no others.
  const first = lines.findIndex((line) => isToken(line) && !line.startsWith('#'))
  const firstIndex = first >= 0 ? first : lines.findIndex(isToken)
  if (firstIndex < 0) return null
  const firstLine = firstIndex + 1
  const tokens: string[] = []
  for (let i = firstIndex; i < lines.length && tokens.length < SNIFFED_LINES; i++) {
    const line = lines[i]
    if (isToken(line) && (first < 0 || !line.startsWith('#'))) tokens.push(line)
  }
  const tabbed = tokens.filter((line) => line.includes('\t')).length * 2 > tokens.length
  const separator = tabbed && !bothSeparate(tokens) ? 'tab' : 'spaces'
  const counts = tokens.map((line) => splitColumns(line, separator).length)
  return { separator, columns: Math.max(...counts), usual: mostFrequent(counts), firstLine }
}

/** Lines that all have a tab and a space between their fields: a word with a space is not in every line. */
function bothSeparate(tokens: readonly string[]): boolean {
  const [first] = tokens
  const count = splitColumns(first, 'spaces').length
  return (
    tokens.length >= MIN_LINES &&
    tokens.every((line) => line.includes('\t') && /\S \S/.test(line) && splitColumns(line, 'spaces').length === count)
  )
}

function mostFrequent(counts: readonly number[]): number {
  const times = Map.groupBy(counts, (count) => count)
  return [...times].reduce((best, one) => (one[1].length > best[1].length ? one : best))[0]
}

/**
 * A line of a file whose columns are separated by spaces, with spaces in place of tabs. Null where the tab cannot be
 * meant like the spaces: then the line would have other columns than most lines.
 */
export function withSpaces(line: string, { separator, usual }: ConllLayout): string | null {
  if (separator === 'tab' || !line.includes('\t')) return line
  return splitColumns(line, separator).length === usual ? line.replaceAll('\t', ' ') : null
}

/** What is wrong with a line for which `withSpaces` gives null. */
export const twoSeparators = (line: string): string =>
  `found tabs and spaces (${quote(line)}), expected columns separated by one of them as in the other lines`

/** The fields of a line. */
export function splitColumns(line: string, separator: ConllLayout['separator']): string[] {
  if (separator === 'tab') return line.split('\t')
  const fields = line.split(line.includes('\t') ? /[ \t]/ : ' ')
  return fields.includes('') ? fields.filter((field) => field !== '') : fields
}

/** One field of a line, without allocating the others; undefined if the line has fewer. */
export function columnOf(given: string, column: number, separator: ConllLayout['separator']): string | undefined {
  const line = separator === 'spaces' && given.includes('\t') ? given.replaceAll('\t', ' ') : given
  const gap = separator === 'tab' ? '\t' : ' '
  let start = 0
  for (let before = column; ; before--) {
    if (separator === 'spaces') while (line[start] === ' ') start++
    if (separator === 'spaces' && start === line.length) return undefined
    const end = line.indexOf(gap, start)
    if (before === 0) return end < 0 ? line.slice(start) : line.slice(start, end)
    if (end < 0) return undefined
    start = end + 1
  }
}

/** The line with its fields separated by tabs. */
export function withTabs(line: string, separator: ConllLayout['separator']): string {
  if (separator === 'tab') return line
  if (line.includes('\t') || line.includes('  ') || line.startsWith(' ') || line.endsWith(' '))
    return splitColumns(line, separator).join('\t')
  // A loop rather than split and join: this is hot when large files are tagged.
  let text = ''
  let start = 0
  for (let end = line.indexOf(' '); end >= 0; end = line.indexOf(' ', start)) {
    text += `${line.slice(start, end)}\t`
    start = end + 1
  }
  return text + line.slice(start)
}

/** A warning about words that are no words, but another column of the file; null where they may be words. */
export function wordsProblem(words: readonly string[], column: number): string | null {
  if (words.length <= 2) return null
  const where = `--words N names the column of the words (here ${column})`
  if (words.every((word) => /^[0-9]+$/.test(word))) return `the words are numbers: ${where}`
  if (words.every((word) => /^(O|[BIESLU]-\S+)$/.test(word)) && words.some((word) => word !== 'O'))
    return `the words look like tags (${words.find((word) => word !== 'O')}): ${where}`
  return null
}

/** A line as shown in messages: shortened, with visible tabs. */
export function quote(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)
}
