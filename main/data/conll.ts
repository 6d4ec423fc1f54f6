/** CoNLL column files: one token per line, a blank line after each sentence, columns separated by a tab or spaces. */
import { languagePrefix, withoutPrefix } from './languagePrefix.ts'
import type { ColumnRequest, LineParser, TokenSink } from './columns.ts'
import { commentTest } from './comments.ts'
import {
  BLANK,
  conllLayout,
  DOCUMENT_START,
  isBlank,
  quote,
  SNIFFED_LINES,
  splitColumns,
  twoSeparators,
  withSpaces,
  type ConllLayout,
} from './conllLayout.ts'

const SPAN_TAG = /^(O|[BIESLUMW][-_]\S+|\S+[-_][BIESLUM])$/i
/** Fewer lines than this could be ordinary text by chance. */
const CONVINCING_LINES = 3
/** The same, of lines whose last field need not be a tag. */
const MANY_LINES = 6

/**
 * Whether the lines are columns rather than text: the first starts a document, or all have the same number of fields
 * and end in a span tag.
 */
export function looksLikeConll(lines: readonly string[]): boolean {
  const full = lines.filter((line) => !isBlank(line)).slice(0, SNIFFED_LINES)
  if (full[0]?.startsWith(DOCUMENT_START)) return true
  const layout = conllLayout(full)
  if (layout === null || layout.columns < 2) return false
  const isComment = commentTest(full, layout)
  const tokens = full.filter((line) => !isComment(line, false))
  if (tokens.length < CONVINCING_LINES) return false
  const fields = tokens
    .filter((line) => !line.startsWith(DOCUMENT_START))
    .map((line) => splitColumns(line, layout.separator))
  const isEven = fields.every((row) => row.length === layout.columns)
  if (isEven && layout.separator === 'tab' && areTokens(lines, fields)) return true
  return isEven && fields.every((row) => SPAN_TAG.test(row.at(-1)!))
}

/** Fields of single words, in groups apart by blank lines: no text has as many tabs in every line. */
function areTokens(lines: readonly string[], fields: readonly string[][]): boolean {
  const filled = lines.findLastIndex((line) => !isBlank(line))
  const grouped = lines.slice(0, filled).some(isBlank)
  return grouped && fields.length >= MANY_LINES && fields.every((row) => row.every((field) => /^\S+$/.test(field)))
}

/** Reports columns missing from the whole file once rather than per line. True if all exist. */
function checkColumns(layout: ConllLayout, request: ColumnRequest, sink: TokenSink): boolean {
  const found = `found ${layout.columns} columns (0 to ${layout.columns - 1}) separated by ${layout.separator}`
  const missing = (key: string) => !/^[0-9]+$/.test(key) || Number(key) >= layout.columns
  if (missing(request.words))
    sink.fileProblem(layout.firstLine, `${found}, expected the words in column ${request.words}`)
  for (const { key, tasks } of request.tags) {
    if (missing(key))
      sink.fileProblem(layout.firstLine, `${found}, expected the tags in column ${key}`, tasks.join(', '))
  }
  return sink.problemCount === 0
}

/**
 * Returns a parser for the file whose first lines are `sniffed`. Lines of only tabs and spaces are blank; a -DOCSTART-
 * line is skipped and ends a sentence; comments between sentences are skipped. Reports to the sink: lines that are not
 * UTF-8, missing columns, empty words or tags.
 */
export function conllParser(sniffed: readonly (string | null)[], request: ColumnRequest, sink: TokenSink): LineParser {
  const layout = conllLayout(sniffed)
  const separator = layout?.separator ?? 'spaces'
  const columns = [request.words, ...request.tags.map((tag) => tag.key)].map(Number)
  const startsDocument = (fields: string[]) => fields[0] === DOCUMENT_START || fields[columns[0]] === DOCUMENT_START
  const separates = (line: string) =>
    line === '' || BLANK.test(line) || (line.includes(DOCUMENT_START) && startsDocument(splitColumns(line, separator)))
  if (layout !== null && !checkColumns(layout, request, sink)) return Object.assign(() => {}, { separates })
  const needed = Math.max(...columns) + 1
  const isComment = layout === null ? () => false : commentTest(sniffed, layout)
  const prefix = layout === null ? null : languagePrefix(sniffed, layout, columns[0])
  let open = false

  const endSentence = () => {
    open = false
    sink.endSentence()
  }
  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) return sink.problem(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (isBlank(line)) return endSentence()
    if (line.includes('\r'))
      return sink.problem(
        lineNumber,
        `found a carriage return within the line (${quote(line)}), expected line ends of one kind`,
      )
    if (isComment(line, open)) return
    const fields = splitColumns(line, separator)
    if (startsDocument(fields)) return endSentence()
    if (layout !== null && withSpaces(line, layout) === null) return sink.problem(lineNumber, twoSeparators(line))
    open = true
    if (fields.length < needed) {
      const found = fields.length === 1 ? '1 column' : `${fields.length} columns`
      return sink.problem(
        lineNumber,
        `found ${found} separated by ${separator} (${quote(line)}), expected at least ${needed}`,
      )
    }
    for (const column of columns) {
      if (fields[column] === '')
        return sink.problem(
          lineNumber,
          `found nothing in column ${column} (${quote(line)}), expected a ${column === columns[0] ? 'word' : 'tag'}`,
        )
    }
    sink.put(0, withoutPrefix(fields[columns[0]], prefix))
    for (let i = 1; i < columns.length; i++) sink.put(i, fields[columns[i]])
    sink.endToken(lineNumber)
  }
  return Object.assign(parse, { separates })
}
