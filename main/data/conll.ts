/** CoNLL column files: one token a line, a blank line after each sentence, columns apart by a tab or by spaces. */
import type { ColumnRequest, LineParser, TableBuilder } from './columns.ts'

const SNIFFED_LINES = 1000
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
export function conllLayout(lines: (string | null)[]): ConllLayout | null {
  const tokens: string[] = []
  let firstLine = 0
  for (let i = 0; i < lines.length && tokens.length < SNIFFED_LINES; i++) {
    const line = lines[i]
    if (line === null || isBlank(line) || line.startsWith(DOCUMENT_START)) continue
    if (tokens.length === 0) firstLine = i + 1
    tokens.push(line)
  }
  if (tokens.length === 0) return null
  const separator = tokens.filter((line) => line.includes('\t')).length * 2 > tokens.length ? 'tab' : 'spaces'
  return { separator, columns: Math.max(...tokens.map((line) => splitColumns(line, separator).length)), firstLine }
}

const SPAN_TAG = /^(O|[BIESLUM]-\S+)$/
/** Lines that a few words of text could hardly be by accident. */
const CONVINCING_LINES = 3

/** Whether these are columns and no text: they begin a document, or all have as many fields, of which the last is a span's tag. */
export function looksLikeConll(lines: string[]): boolean {
  const tokens = lines.filter((line) => !isBlank(line)).slice(0, SNIFFED_LINES)
  if (tokens[0]?.startsWith(DOCUMENT_START)) return true
  const layout = conllLayout(tokens)
  if (layout === null || layout.columns < 2 || tokens.length < CONVINCING_LINES) return false
  const fields = tokens
    .filter((line) => !line.startsWith(DOCUMENT_START))
    .map((line) => splitColumns(line, layout.separator))
  return fields.every((row) => row.length === layout.columns && SPAN_TAG.test(row.at(-1)!))
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

/** Tells of columns that the file does not have at all, once instead of at every line. True where all are there. */
function checkColumns(layout: ConllLayout, request: ColumnRequest, builder: TableBuilder): boolean {
  const found = `found ${layout.columns} columns (0 to ${layout.columns - 1}) separated by ${layout.separator}`
  const missing = (key: string) => !/^[0-9]+$/.test(key) || Number(key) >= layout.columns
  if (missing(request.words))
    builder.faultOutside(layout.firstLine, `${found}, expected the words in column ${request.words}`)
  for (const { key, tasks } of request.tags) {
    if (missing(key))
      builder.faultOutside(layout.firstLine, `${found}, expected the tags in column ${key}`, tasks.join(', '))
  }
  return builder.faults === 0
}

/**
 * A parser of the file whose first lines are `sniffed`. Lines of tabs and spaces only are blank; a -DOCSTART- line is
 * skipped and ends a sentence. Faults go to the builder: a line that is not UTF-8, missing columns, an empty word or tag.
 */
export function conllParser(sniffed: (string | null)[], request: ColumnRequest, builder: TableBuilder): LineParser {
  const layout = conllLayout(sniffed)
  const separator = layout?.separator ?? 'spaces'
  const columns = [request.words, ...request.tags.map((tag) => tag.key)].map(Number)
  const startsDocument = (fields: string[]) => fields[0] === DOCUMENT_START || fields[columns[0]] === DOCUMENT_START
  const separates = (line: string) =>
    line === '' || BLANK.test(line) || (line.includes(DOCUMENT_START) && startsDocument(splitColumns(line, separator)))
  if (layout !== null && !checkColumns(layout, request, builder)) return Object.assign(() => {}, { separates })
  const needed = Math.max(...columns) + 1

  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) return builder.fault(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (isBlank(line)) return builder.endSentence()
    const fields = splitColumns(line, separator)
    if (startsDocument(fields)) return builder.endSentence()
    if (fields.length < needed) {
      const found = fields.length === 1 ? '1 column' : `${fields.length} columns`
      return builder.fault(
        lineNumber,
        `found ${found} separated by ${separator} (${quote(line)}), expected at least ${needed}`,
      )
    }
    for (const column of columns) {
      if (fields[column] === '')
        return builder.fault(
          lineNumber,
          `found nothing in column ${column} (${quote(line)}), expected a ${column === columns[0] ? 'word' : 'tag'}`,
        )
    }
    for (let i = 0; i < columns.length; i++) builder.put(i, fields[columns[i]])
    builder.endToken(lineNumber)
  }
  return Object.assign(parse, { separates })
}

/** A line as a message shows it: short, tabs visible. */
export function quote(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)
}
