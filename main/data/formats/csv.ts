/**
 * Tables with a sentence column, such as Kaggle's copy of the GMB corpus: `Sentence #,Word,POS,Tag`, with the sentence
 * named in its first row or in every row; or one row per sentence with lists of tags (`Sentence,Tag`, `['O',
 * 'B-geo']`).
 */
import Papa from 'papaparse'
import type { ColumnRequest, LineParser, TokenSink } from '../columns.ts'
import { quote } from '../conllLayout.ts'
import { columnIndices, type FormatOptions } from './columnNames.ts'

const SENTENCE = /^(sentence ?#|sentence[_ ]?(id|idx|no|number|nr)|sent[_ ]?(id|idx)|sentence)$/i
const WORD = /^(words?|tokens?|forms?)$/i
const TEXT = /^(sentence|text)$/i
const DELIMITERS = [',', ';', '\t'] as const

interface Header {
  names: string[]
  delimiter: string
  sentence: number
  word: number
  /** Each row is a sentence: words separated by spaces, tags as a list. */
  whole: boolean
}

function headerOf(line: string): Header | null {
  for (const delimiter of DELIMITERS) {
    const names = (Papa.parse<string[]>(line, { delimiter }).data[0] ?? []).map((name) => name.trim())
    if (names.length < 3) continue
    const sentence = names.findIndex((name) => SENTENCE.test(name))
    const word = names.findIndex((name, i) => WORD.test(name) && i !== sentence)
    if (sentence >= 0 && word >= 0) return { names, delimiter, sentence, word, whole: false }
    const text = names.findIndex((name, i) => TEXT.test(name) && i !== sentence)
    if (sentence >= 0 && text >= 0) return { names, delimiter, sentence, word: text, whole: true }
  }
  return null
}

export function hasSentenceColumn(firstLine: string): boolean {
  return headerOf(firstLine) !== null
}

export function csvColumns(sniffed: readonly (string | null)[]): string[] {
  const header = headerOf(sniffed.find((line) => line !== null && line.trim() !== '') ?? '')
  return header === null
    ? []
    : header.names.filter((name, i) => i !== header.sentence && i !== header.word && name !== '')
}

/** Buffers all lines, because a quoted field may span several. */
export function csvParser(
  sniffed: readonly (string | null)[],
  request: ColumnRequest,
  sink: TokenSink,
  _options: FormatOptions,
): LineParser {
  const header = headerOf(sniffed.find((line) => line !== null && line.trim() !== '') ?? '')
  const lines: string[] = []
  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) sink.problem(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    lines.push(line ?? '')
  }
  const end = () => {
    if (header === null)
      return sink.fileProblem(
        1,
        'found no header with a sentence and a word, expected one like Sentence #,Word,POS,Tag',
      )
    const names = header.names.map((name, i) => (i === header.word || i === header.sentence ? '' : name))
    const columns = columnIndices(request, names, sink)
    if (columns === null) return
    const sentenceOf = sentenceSplitter(sink)
    let line = 1
    const { data, errors } = Papa.parse<string[]>(lines.join('\n'), { delimiter: header.delimiter })
    const broken = new Map(errors.map(({ row, message }) => [row, message]))
    let seenHeader = false
    data.forEach((row, index) => {
      const at = line
      line += 1 + row.reduce((sum, field) => sum + newlines(field), 0)
      if (row.length === 1 && row[0].trim() === '') return
      if (!seenHeader) {
        seenHeader = true
        return
      }
      const problem = broken.get(index)
      if (problem !== undefined)
        return sink.problem(at, `found a broken row (${problem}), expected quotes to be closed`)
      if (row.length !== header.names.length)
        return sink.problem(
          at,
          `found ${row.length} fields (${quote(row.join(header.delimiter))}), expected ${header.names.length}`,
        )
      sentenceOf(row[header.sentence])
      if (header.whole) return wholeSentence(row, header, columns, at, sink)
      writeToken(
        row[header.word],
        columns.map((c) => row[c]),
        at,
        sink,
        header.names,
        columns,
      )
    })
    sink.endSentence()
  }
  return Object.assign(parse, { separates: null, end })
}

/** Ends the open sentence when a row names the next one. */
function sentenceSplitter(sink: TokenSink): (name: string) => void {
  let open: string | null = null
  return (name) => {
    if (name === '' || name === open) return
    if (open !== null) sink.endSentence()
    open = name
  }
}

function writeToken(
  word: string,
  tags: string[],
  line: number,
  sink: TokenSink,
  names: string[],
  columns: number[],
): void {
  const empty = tags.findIndex((tag) => tag === '')
  if (word.trim() === '') return sink.problem(line, 'found an empty word, expected one')
  if (empty >= 0) return sink.problem(line, `found nothing in ${names[columns[empty]]}, expected a tag`)
  sink.put(0, word)
  tags.forEach((tag, i) => sink.put(i + 1, tag))
  sink.endToken(line)
}

function wholeSentence(row: string[], header: Header, columns: number[], line: number, sink: TokenSink): void {
  const words = row[header.word].split(/ +/).filter((word) => word !== '')
  const lists = columns.map((c) => listOf(row[c]))
  lists.forEach((list, i) => {
    const name = header.names[columns[i]]
    if (list === null)
      sink.problem(line, `found ${quote(row[columns[i]])} in ${name}, expected a list of tags like ['O', 'B-geo']`)
    else if (list.length !== words.length)
      sink.problem(line, `found ${words.length} words and ${list.length} tags in ${name}, expected as many`)
  })
  if (lists.some((list) => list === null || list.length !== words.length)) return
  words.forEach((word, t) =>
    writeToken(
      word,
      lists.map((list) => list![t]),
      line,
      sink,
      header.names,
      columns,
    ),
  )
}

/** Parses a list in Python's notation. */
function listOf(text: string): string[] | null {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1]
  if (inner === undefined) return null
  return [...inner.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs)].map(([, single, double]) =>
    (single ?? double).replace(/\\(.)/gs, '$1'),
  )
}

function newlines(field: string): number {
  let count = 0
  for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) count++
  return count
}
