/** The layout of files of columns: which lines are blank, what separates the columns, how many there are. */

/** Lines sampled to detect a layout. */
export const SNIFFED_LINES = 1000
/** A line of only tabs and spaces separates sentences. */
export const BLANK = /^[ \t]*$/
export const DOCUMENT_START = '-DOCSTART-'

/** Whether a line separates sentences. */
export function isBlank(line: string): boolean {
  return line === '' || BLANK.test(line)
}

/** The layout of a file, detected from its first lines. */
export interface ConllLayout {
  separator: 'tab' | 'spaces'
  /** The largest number of columns in a line. */
  columns: number
  /** Number of the first line with a token, from 1. */
  firstLine: number
}

/**
 * Detects the separator of a file: tab if most lines contain one (words may then contain spaces), else runs of spaces.
 * Null if there is no token.
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
  const separator = tokens.filter((line) => line.includes('\t')).length * 2 > tokens.length ? 'tab' : 'spaces'
  return { separator, columns: Math.max(...tokens.map((line) => splitColumns(line, separator).length)), firstLine }
}

/** The fields of a line. */
export function splitColumns(line: string, separator: ConllLayout['separator']): string[] {
  if (separator === 'tab') return line.split('\t')
  const fields = line.split(' ')
  return fields.includes('') ? fields.filter((field) => field !== '') : fields
}

/** One field of a line, without allocating the others; undefined if the line has fewer. */
export function columnOf(line: string, column: number, separator: ConllLayout['separator']): string | undefined {
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
  if (line.includes('  ') || line.startsWith(' ') || line.endsWith(' ')) return splitColumns(line, separator).join('\t')
  // A loop rather than split and join: this is hot when large files are tagged.
  let text = ''
  let start = 0
  for (let end = line.indexOf(' '); end >= 0; end = line.indexOf(' ', start)) {
    text += `${line.slice(start, end)}\t`
    start = end + 1
  }
  return text + line.slice(start)
}

/** A line as shown in messages: shortened, with visible tabs. */
export function quote(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)
}
