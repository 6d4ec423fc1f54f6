/** Reads an annotation file of any format into the common representation. */
import { isCorpusFormat, type FileFormat, type SpanFormat } from '../../shared/annotation/formats.ts'
import { isBlank, SNIFFED_LINES } from '../data/conllLayout.ts'
import { detect } from '../data/detect.ts'
import { isObject, JsonProblem, JsonRecords } from '../data/jsonText.ts'
import { InputProblem } from '../tagger/inputProblem.ts'
import { lineGroups, located } from '../tagger/source.ts'
import { BratReader } from './brat.ts'
import { ColumnsReader } from './columns.ts'
import { readDoccano } from './doccano.ts'
import { objectAt, type Json } from './json.ts'
import { readLabelStudio } from './labelStudio.ts'
import { layoutOf } from './layout.ts'
import { readProdigy } from './prodigy.ts'
import { readSpacyPair } from './spacyText.ts'
import { UNWANTED } from './taskOf.ts'
import { Tallies, type Annotated, type Corpus, type ReadOptions, type ReadRecord, type TaskKind } from './types.ts'

type RecordFormat = Exclude<SpanFormat, 'brat'>
const READERS: Record<
  RecordFormat,
  (record: Json, line: number, options: ReadOptions, tallies: Tallies) => ReadRecord
> = {
  doccano: readDoccano,
  prodigy: readProdigy,
  labelstudio: readLabelStudio,
  spacytext: readSpacyPair,
}

/**
 * Detects the format of a file by its first lines; running text is read as columns. Throws an Error for unsupported
 * formats.
 */
export async function formatOf(bytes: AsyncIterable<Uint8Array>, file: string): Promise<FileFormat> {
  for await (const lines of lineGroups(bytes, file))
    if (lines.some((line) => line.trim() !== '')) return located(file, 1, () => detectFormat(lines, file) ?? 'conll')
  return 'conll'
}

/** Throws an Error that names file and line. */
export async function readCorpus(bytes: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<Corpus> {
  let reader = null as LineReader | null
  let lineNumber = 0
  // The first lines decide the format and the layout, however the input arrives in pieces.
  let first: string[] = []
  const read = (lines: string[]) => {
    reader ??= located(options.name, 1, () => readerOf(lines, options))
    for (const line of lines) located(options.name, ++lineNumber, () => reader!.line(line, lineNumber))
  }
  for await (const lines of lineGroups(bytes, options.name, options.encoding)) {
    if (reader !== null) read(lines)
    else {
      first = [...first, ...lines]
      if (first.length >= SNIFFED_LINES && !first.every(isBlank)) read(first)
    }
  }
  if (reader === null && !first.every(isBlank)) read(first)
  if (reader === null) throw new Error(`${options.name}: found nothing, expected annotated text`)
  const corpus = located(options.name, lineNumber, () => reader!.end(lineNumber))
  if (corpus.documents.length === 0)
    throw new Error([`${options.name}: found no annotated text`, ...corpus.notes].join('\n'))
  return corpus
}

interface LineReader {
  /** Throws InputProblem. */
  line(line: string, lineNumber: number): void
  /** Throws InputProblem, or an Error that names the file. */
  end(lines: number): Corpus
}

function readerOf(given: string[], options: ReadOptions): LineReader {
  const sniffed = given.map((line) => line.replace(/\r$/, ''))
  const format = options.format === 'auto' ? detectFormat(sniffed, options.name) : options.format
  if (format === null)
    throw new InputProblem('found running text, expected annotated text; `sparse-sharing tag` reads text')
  if (options.format === 'auto') options.onDetected?.(format)
  if (isCorpusFormat(format)) return new ColumnsReader(format, sniffed, options)
  if (format === 'brat') return new BratReader(options)
  return new RecordsReader(format, sniffed, options)
}

/** The format; null for running text. */
function detectFormat(lines: string[], file: string): FileFormat | null {
  const found = detect(
    lines.map((line) => line.replace(/\r$/, '')),
    file,
  )
  if (found.kind === 'refused') throw new InputProblem(found.message, found.line ?? null)
  if (found.kind === 'text') return null
  return found.kind === 'columns' ? 'conll' : found.format
}

/** Reads JSON lines, or one JSON array over all lines. */
class RecordsReader implements LineReader {
  private readonly format: RecordFormat
  private readonly options: ReadOptions
  private readonly records: JsonRecords
  private readonly tallies = new Tallies()
  private readonly documents: Annotated[] = []
  private readonly kinds = new Map<string, TaskKind>()

  constructor(format: RecordFormat, sniffed: string[], options: ReadOptions) {
    this.format = format
    this.options = options
    const pairs = (value: Json) =>
      format === 'spacytext' && Array.isArray(value.annotations) ? value.annotations : null
    this.records = new JsonRecords(sniffed, (record, line) => this.take(record, line), pairs)
  }

  line(line: string, lineNumber: number): void {
    this.reporting(() => this.records.line(line, lineNumber))
  }

  private reporting(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw error instanceof JsonProblem ? new InputProblem(error.message, error.line) : error
    }
  }

  end(): Corpus {
    this.reporting(() => this.records.end())
    const { name: file, kinds } = this.options
    const names = new Set([
      ...this.kinds.keys(),
      ...this.documents.flatMap(({ spans }) => [...spans.keys()]),
      ...this.options.tasks.keys(),
    ])
    const chosen = [...names].filter((name) => this.options.tasks.size === 0 || this.options.tasks.has(name))
    if (chosen.length === 0 && this.documents.length > 0) chosen.push(...kinds.keys())
    for (const document of this.documents)
      document.spans = new Map(chosen.map((name) => [name, document.spans.get(name) ?? []]))
    this.refuseNothingWanted(chosen)
    const tasks = new Map(
      chosen.map((name) => [name, kinds.get(name) ?? this.kinds.get(name) ?? kindOf(name, this.documents)]),
    )
    return {
      file,
      format: this.format,
      tasks,
      columns: new Map(),
      documents: this.documents,
      predicted: this.format === 'labelstudio' && this.options.annotator === 'predictions',
      notes: this.tallies.lines(),
    }
  }

  private refuseNothingWanted(chosen: string[]): void {
    const wanted = this.documents.some(({ spans }) => chosen.some((name) => spans.get(name)!.length > 0))
    if (!wanted && this.tallies.has(UNWANTED))
      throw new Error(
        `${this.options.name}: found no span of ${chosen.join(', ')}, but others; ` +
          'expected --task NAME for all, or NAME=LABEL,LABEL or NAME=CONTROL',
      )
  }

  private take(value: unknown, line: number): void {
    // All pairs are within one record, which is on one line.
    if (this.format === 'spacytext' && isObject(value) && Array.isArray(value.annotations))
      return value.annotations.forEach((pair) => this.take(pair, line))
    const record =
      this.format === 'spacytext' && Array.isArray(value)
        ? { pair: value }
        : located(this.options.name, line, () => objectAt(value, 'the record'))
    const read = located(this.options.name, line, () => READERS[this.format](record, line, this.options, this.tallies))
    if ('skipped' in read) return this.tallies.add(`${read.skipped} left out`)
    this.documents.push(read.document)
    for (const [name, kind] of Object.entries(read.kinds)) if (!this.kinds.has(name)) this.kinds.set(name, kind)
  }
}

/** A task is a token task if each text with any of its spans has exactly one per token. */
function kindOf(task: string, documents: readonly Annotated[]): TaskKind {
  let tokens = 0
  for (const document of documents) {
    const spans = document.spans.get(task) ?? []
    if (spans.length === 0) continue
    const { tokens: places } = layoutOf(document)
    const starts = new Map(spans.map(({ start, end }) => [start, end]))
    if (2 * spans.length !== places.length || starts.size !== spans.length) return 'span'
    for (let t = 0; t < places.length; t += 2) if (starts.get(places[t]) !== places[t + 1]) return 'span'
    tokens += spans.length
  }
  return tokens > 1 ? 'token' : 'span'
}
