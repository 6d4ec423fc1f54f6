/** Detects how the text of a file is to be read, and reads it: running text, tables, JSON records, corpus files. */
import Papa from 'papaparse'
import { FORMAT_TITLES, isCorpusFormat } from '../../../shared/annotation/formats.ts'
import type { TextFormat } from '../../../shared/annotation/textFormats.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { SNIFFED_LINES } from '../../data/conllLayout.ts'
import { detect } from '../../data/detect.ts'
import { firstRecord, isObject, JsonProblem, JsonRecords, type Json } from '../../data/jsonText.ts'
import type { Tokeniser } from '../../data/tokens/tokeniser.ts'
import { sentencesOf } from '../../tagger/readers.ts'
import { fileBytes, lineGroups, sentenceGroups } from '../../tagger/source.ts'
import { AnnotateError } from './errors.ts'

export interface TextRequest {
  path: string
  name: string
  format: TextFormat | 'auto'
  encoding: string | null
  column?: string | number | undefined
  field?: string | undefined
  words: number
  tokeniser: Tokeniser
}

/** How a file is read, and what else it offers. */
export interface TextLayout {
  format: TextFormat
  columns: string[] | null
  column: number | null
  fields: string[] | null
  field: string | null
  note: string | null
}

/** A sentence with the text that it belongs to: a row, record or document; null for running text. */
export interface ReadSentence {
  sentence: Sentence
  document: string | null
}

const WORKS =
  'plain text (.txt), a table with a column of text (.csv, .tsv), JSON records with a field of text (.json, .jsonl), ' +
  'or a tagged corpus'

/** Throws an AnnotateError 'notText' that says what the file seems to be and what would work. */
export async function layoutOf(request: TextRequest): Promise<TextLayout> {
  const lines = await firstLines(request)
  const layout = request.format === 'auto' ? detectLayout(request, lines) : { ...PLAIN, format: request.format }
  if (layout.format === 'table') return { ...layout, ...tableLayout(request, await textOf(request)) }
  if (layout.format === 'records') return { ...layout, ...recordLayout(request, lines) }
  return layout
}

const PLAIN = { columns: null, column: null, fields: null, field: null, note: null }

async function firstLines({ path, name, encoding }: TextRequest): Promise<string[]> {
  for await (const lines of lineGroups(fileBytes(path), name, encoding))
    if (lines.some((line) => line.trim() !== ''))
      return lines.slice(0, SNIFFED_LINES).map((line) => line.replace(/\r$/, '').replace(/^\ufeff/, ''))
  throw new AnnotateError('noSentence', `${name}: found no text, expected at least one sentence`)
}

async function textOf({ path, name, encoding }: TextRequest): Promise<string> {
  const all: string[] = []
  for await (const lines of lineGroups(fileBytes(path), name, encoding)) for (const line of lines) all.push(line)
  return all.join('\n').replace(/^\ufeff/, '')
}

function detectLayout(request: TextRequest, lines: readonly string[]): TextLayout {
  const { name } = request
  const bare = name.toLowerCase().replace(/\.gz$/, '')
  const found = detect(lines, name)
  const first = lines.find((line) => line.trim() !== '')!.trim()
  const isJson = /^(\{\s*("|\}|$)|\[\s*([[{"\]]|$))/.test(first)
  if (found.kind === 'format' && isCorpusFormat(found.format) && !isPlainTable(bare, lines, found.format))
    return { ...PLAIN, format: found.format }
  if (isJson || /\.(jsonl|ndjson|json)$/.test(bare)) {
    const annotations = found.kind === 'format' && !isCorpusFormat(found.format) ? FORMAT_TITLES[found.format] : null
    return {
      ...PLAIN,
      format: 'records',
      note:
        annotations &&
        `This is ${annotations}: its text is read here, not its labels. ` +
          'To get the labels too, import them as decisions once the project exists.',
    }
  }
  if (found.kind === 'format' && found.format === 'brat')
    throw new AnnotateError(
      'notText',
      `${name}: found brat's standoff annotations, whose text is in a .txt file of the same name: choose that file.`,
    )
  if (/\.(csv|tsv|tab)$/.test(bare) || isTable(lines)) return { ...PLAIN, format: 'table' }
  if (found.kind === 'refused' && !found.message.startsWith('found a table'))
    throw new AnnotateError('notText', `${name}: ${found.message.split(', expected')[0]}, expected ${WORKS}.`)
  return { ...PLAIN, format: 'text' }
}

/** A table with a header that was taken for columns of tokens: its rows are not separated by blank lines. */
function isPlainTable(name: string, lines: readonly string[], format: TextFormat): boolean {
  if (format !== 'conll' || !/\.(csv|tsv|tab)$/.test(name)) return false
  const filled = lines.findLastIndex((line) => line.trim() !== '')
  return !lines.slice(0, filled).some((line) => line.trim() === '')
}

/** Whether lines without a telling name are a table: a header of names, and as many quoted or short fields below. */
function isTable(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== '').slice(0, 20)
  return [',', ';', '\t'].some((delimiter) => {
    const rows = filled.map((line) => line.split(delimiter).length)
    return (
      rows.length > 1 &&
      rows[0] >= 2 &&
      rows.every((count) => count >= rows[0]) &&
      filled[0].split(delimiter).every((name) => /^"?[\p{L}_][\p{L}\d_ -]{0,30}"?$/u.test(name.trim())) &&
      filled[0].split(delimiter).some((name) => isTextName(name.replaceAll('"', '')))
    )
  })
}

/** Names of columns and fields that hold the text, the most telling first: a record may have a title beside its text. */
const TEXT_NAMES = [
  ...['text', 'texts', 'sentence', 'sentences', 'content', 'body', 'message', 'review', 'tweet', 'comment'],
  ...['document', 'abstract', 'title'],
]
const rankOf = (name: string) => TEXT_NAMES.indexOf(name.trim().toLowerCase())
const isTextName = (name: string) => rankOf(name) >= 0

/** The most telling name; undefined if none says that it holds the text. */
function textName<T>(candidates: readonly T[], nameOf: (candidate: T) => string): T | undefined {
  return candidates
    .filter((candidate) => isTextName(nameOf(candidate)))
    .toSorted((a, b) => rankOf(nameOf(a)) - rankOf(nameOf(b)))[0]
}

function rowsOf({ name }: TextRequest, text: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(text, {
    skipEmptyLines: 'greedy',
    ...(/\.(tsv|tab)(\.gz)?$/i.test(name) ? { delimiter: '\t' } : {}),
    delimitersToGuess: [',', ';', '\t', '|'],
  })
  const broken = errors.find(({ type }) => type === 'Quotes')
  if (broken !== undefined)
    throw new AnnotateError(
      'notText',
      `${name}, row ${(broken.row ?? 0) + 1}: found a quote that does not end, expected "…" with quotes inside doubled.`,
    )
  return data
}

function tableLayout(request: TextRequest, text: string): Pick<TextLayout, 'columns' | 'column'> & { header: boolean } {
  const rows = rowsOf(request, text)
  const width = Math.max(0, ...rows.slice(0, 1000).map((row) => row.length))
  if (rows.length === 0 || width === 0)
    throw new AnnotateError('noSentence', `${request.name}: found an empty table, expected rows with text`)
  const [first, ...others] = rows
  const longest = Array.from({ length: width }, (_, c) => meanLength(others.slice(0, 1000), c))
  const header =
    others.length > 0 &&
    first.every((cell) => cell.trim() !== '' && cell.length <= 60 && !/^[-+]?[\d.,]+$/.test(cell.trim())) &&
    new Set(first).size === first.length &&
    (first.some((cell) => isTextName(cell)) || Math.max(...longest) > 2 * Math.max(...first.map((c) => c.length)))
  const columns = Array.from({ length: width }, (_, c) => (header && first[c]?.trim()) || `column ${c + 1}`)
  return { columns, column: columnOf(request, columns, longest), header }
}

const meanLength = (rows: readonly string[][], column: number) =>
  rows.reduce((sum, row) => sum + (row[column]?.length ?? 0), 0) / Math.max(1, rows.length)

function columnOf({ name, column }: TextRequest, columns: readonly string[], longest: readonly number[]): number {
  if (column === undefined) {
    const named = textName(columns, (one) => one)
    return named !== undefined ? columns.indexOf(named) : longest.indexOf(Math.max(...longest))
  }
  const found = typeof column === 'number' ? column : columns.indexOf(column)
  const given = found < 0 && typeof column === 'string' && /^\d+$/.test(column) ? Number(column) : found
  if (given < 0 || given >= columns.length)
    throw new AnnotateError('notText', `${name}: found no column ${column}, expected one of ${columns.join(', ')}`)
  return given
}

function recordLayout(request: TextRequest, lines: readonly string[]): Pick<TextLayout, 'fields' | 'field'> {
  const { name, field } = request
  let record: unknown
  try {
    record = firstRecord(lines)
  } catch (error) {
    if (error instanceof JsonProblem) throw new AnnotateError('notText', `${name}:${error.line}: ${error.message}`)
    throw error
  }
  if (field !== undefined && record === null) return { fields: [field], field }
  const fields = isObject(record) ? textFields(record) : typeof record === 'string' ? [''] : []
  if (fields.length === 0)
    throw new AnnotateError(
      'notText',
      isObject(record)
        ? `${name}: found JSON records with the fields ${Object.keys(record).join(', ')}, none of which holds text; ` +
            'expected one such as "text"'
        : `${name}: found JSON of no records, or a first record longer than can be looked at; expected objects ` +
            'with a field of text, one per line or in a list',
    )
  if (field !== undefined && !fields.includes(field))
    throw new AnnotateError(
      'notText',
      `${name}: found no text in the field ${field}, expected one of ${fields.join(', ')}`,
    )
  return {
    fields,
    field: field ?? textName(fields, (one) => one.split('.').at(-1)!) ?? longestField(record, fields),
  }
}

/** Fields that hold text, also within objects: `data.text`. */
function textFields(record: Json, prefix = ''): string[] {
  return Object.entries(record).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [`${prefix}${key}`]
      : isObject(value) && prefix === ''
        ? textFields(value, `${key}.`)
        : [],
  )
}

const longestField = (record: unknown, fields: readonly string[]) =>
  fields.toSorted((a, b) => (valueAt(record, b) ?? '').length - (valueAt(record, a) ?? '').length)[0]

function valueAt(record: unknown, field: string): string | null {
  if (field === '') return typeof record === 'string' ? record : null
  let value: unknown = isObject(record) && field in record ? record[field] : undefined
  if (value === undefined)
    value = field.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : null), record)
  return typeof value === 'string' ? value : null
}

/**
 * The sentences of a file, in groups. Throws an AnnotateError 'notText', or an Error that names file and line.
 */
export async function* readSentences(request: TextRequest, layout: TextLayout): AsyncGenerator<ReadSentence[]> {
  const { path, name, encoding, words, tokeniser } = request
  const { format } = layout
  if (format === 'table') yield* tableSentences(request, layout)
  else if (format === 'records') yield* recordSentences(request, layout)
  else {
    const options = { name, format, words, tokeniser, encoding }
    for await (const group of sentenceGroups(fileBytes(path), options))
      yield group.map((sentence) => ({ sentence, document: documentOf(sentence, name) }))
  }
}

/** The document of a sentence of this file; null where the file marks none. */
export function documentOf({ document }: Sentence, file: string): string | null {
  return document === undefined ? null : `${file}, document ${document}`
}

async function* tableSentences(request: TextRequest, { column }: TextLayout): AsyncGenerator<ReadSentence[]> {
  const text = await textOf(request)
  const { header } = tableLayout(request, text)
  for (const [r, row] of rowsOf(request, text).entries())
    if (!(header && r === 0)) yield ofText(row[column!] ?? '', `${request.name}, row ${r + 1}`, request.tokeniser)
}

async function* recordSentences(request: TextRequest, { field }: TextLayout): AsyncGenerator<ReadSentence[]> {
  const { name, path, encoding, tokeniser } = request
  const read: ReadSentence[] = []
  let records: JsonRecords | null = null
  let lineNumber = 0
  const take = (record: unknown, line: number) => {
    const text = valueAt(record, field!)
    if (text === null)
      throw new AnnotateError(
        'notText',
        `${name}:${line}: found no text in the field ${field}, expected some in every record`,
      )
    read.push(...ofText(text, `${name}, line ${line}`, tokeniser))
  }
  const located = (work: () => void) => {
    try {
      work()
    } catch (error) {
      throw error instanceof JsonProblem
        ? new AnnotateError('notText', `${name}:${error.line}: ${error.message}`)
        : error
    }
  }
  for await (const lines of lineGroups(fileBytes(path), name, encoding)) {
    records ??= new JsonRecords(lines, take)
    for (const line of lines) located(() => records!.line(line.replace(/^\ufeff/, ''), ++lineNumber))
    if (read.length > 0) yield read.splice(0)
  }
  located(() => records?.end())
  yield read
}

/** The sentences of one text of many, which is their document. */
function ofText(text: string, document: string, tokeniser: Tokeniser): ReadSentence[] {
  return sentencesOf(text.replace(/\r\n?/g, '\n'), 'text', tokeniser).map((sentence) => ({ sentence, document }))
}
