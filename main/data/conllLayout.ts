/** The layout of files of columns: which lines are blank, what separates the columns, how many there are. */

/** Lines looked at to learn a layout. */
export const SNIFFED_LINES = 1000
/** A line of tabs and spaces only stands between sentences. */
export const BLANK = /^[ \t]*$/
export const DOCUMENT_START = '-DOCSTART-'

/** Whether a line parts sentences. */
export function isBlank(line: string): boolean {
  return line === '' || BLANK.test(line)
}

/** How a file is laid out, told from its first lines. */
export interface ConllLayout {
  separator: 'tab' | 'spaces'
  /** The most columns a line has. */
  columns: number
  /** First line with a token. */
  firstLine: number
}

/**
 * One separator holds for a whole file: tab where most lines have one (then a word may hold spaces), else runs of spaces.
 * Null where there is no token.
 */
export function conllLayout(lines: readonly (string | null)[]): ConllLayout | null {
  const isToken = (line: string | null): line is string =>
    line !== null && !isBlank(line) && !line.startsWith(DOCUMENT_START)
  // Lines that begin with # may be comments: they decide only where there are no others.
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

/** One field of a line, without making the others; undefined where there are fewer. */
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

/** A line with its fields apart by tabs. */
export function withTabs(line: string, separator: ConllLayout['separator']): string {
  if (separator === 'tab') return line
  if (line.includes('  ') || line.startsWith(' ') || line.endsWith(' ')) return splitColumns(line, separator).join('\t')
  // A loop, for it is a good part of the time where a large file is tagged.
  let text = ''
  let start = 0
  for (let end = line.indexOf(' '); end >= 0; end = line.indexOf(' ', start)) {
    text += `${line.slice(start, end)}\t`
    start = end + 1
  }
  return text + line.slice(start)
}

/** A line as a message shows it: short, tabs visible. */
export function quote(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)
}
