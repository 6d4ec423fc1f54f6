/** Reads a file of any dialect into the neutral form. */
import { isTool, type AnnotationFormat, type Tool } from '../../shared/annotation/annotation.ts'
import { looksLikeConllu } from '../data/conllu.ts'
import { InputFault } from '../tagger/readers.ts'
import { lineGroups } from '../tagger/source.ts'
import { ColumnsReader } from './columns.ts'
import { isObject, objectAt, parseRecord, type Json } from './json.ts'
import { readDoccano } from './doccano.ts'
import { readLabelStudio } from './labelStudio.ts'
import { layoutOf } from './layout.ts'
import { readProdigy } from './prodigy.ts'
import { UNWANTED } from './taskOf.ts'
import { Tallies, type Annotated, type Corpus, type ReadOptions, type ReadRecord, type TaskKind } from './types.ts'

const READERS: Record<Tool, (record: Json, line: number, options: ReadOptions, tallies: Tallies) => ReadRecord> = {
  doccano: readDoccano,
  prodigy: readProdigy,
  labelstudio: readLabelStudio,
}

/** What a file is of, by the look of its first lines. Throws an Error where it is JSON of no tool that is known. */
export async function formatOf(bytes: AsyncIterable<Uint8Array>, file: string): Promise<AnnotationFormat> {
  for await (const lines of lineGroups(bytes, file))
    if (lines.some((line) => line.trim() !== '')) return detect(lines, file)
  return 'conll'
}

/** Throws an Error that names file and line. */
export async function readCorpus(bytes: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<Corpus> {
  let reader: LineReader | null = null
  let lineNumber = 0
  for await (const lines of lineGroups(bytes, options.name)) {
    if (reader === null && lines.every((line) => line.trim() === '')) {
      lineNumber += lines.length
      continue
    }
    reader ??= readerOf(lines, options)
    for (const line of lines) at(options.name, ++lineNumber, () => reader!.line(line, lineNumber))
  }
  if (reader === null) throw new Error(`${options.name}: found nothing, expected annotated text`)
  const corpus = reader.end(lineNumber)
  if (corpus.documents.length === 0)
    throw new Error([`${options.name}: found no annotated text`, ...corpus.notes].join('\n'))
  return corpus
}

interface LineReader {
  /** Throws InputFault. */
  line(line: string, lineNumber: number): void
  /** Throws an Error that names the file. */
  end(lines: number): Corpus
}

/** Runs `work`, whose faults are of this line. */
function at<T>(file: string, line: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof InputFault ? new Error(`${file}:${line}: ${error.message}`) : error
  }
}

function readerOf(sniffed: string[], options: ReadOptions): LineReader {
  const format = options.format === 'auto' ? detect(sniffed, options.name) : options.format
  if (!isTool(format)) return new ColumnsReader(format, sniffed, options)
  const first = sniffed.find((line) => line.trim() !== '') ?? ''
  return new RecordsReader(
    format,
    format === 'labelstudio' && (first.trimStart().startsWith('[') || first.trim() === '{'),
    options,
  )
}

/** By the look of the first lines. */
function detect(sniffed: string[], file: string): AnnotationFormat {
  const first = (sniffed.find((line) => line.trim() !== '') ?? '').trim()
  if (first.startsWith('[{') || first === '[' || first === '{' || first === '[]') return 'labelstudio'
  if (first.startsWith('{'))
    return toolOf(
      at(file, sniffed.findIndex((line) => line.trim() !== '') + 1, () => parseRecord(first)),
      file,
    )
  return looksLikeConllu(sniffed.map((line) => line.replace(/\r$/, ''))) ? 'conllu' : 'conll'
}

function toolOf(record: Json, file: string): Tool {
  if (isObject(record.data)) return 'labelstudio'
  if (Array.isArray(record.spans) || Array.isArray(record.tokens) || 'answer' in record || '_input_hash' in record)
    return 'prodigy'
  if (['label', 'labels', 'entities'].some((key) => key in record)) return 'doccano'
  throw new Error(
    `${file}: found JSON with the fields ${Object.keys(record).join(', ')}, expected that of doccano (label, entities), Prodigy (spans, tokens) or Label Studio (data); --from says which`,
  )
}

/** JSON lines, or one JSON array over all lines. */
class RecordsReader implements LineReader {
  private readonly tool: Tool
  private readonly options: ReadOptions
  /** Of a JSON array: held until it is whole. */
  private readonly whole: string[] | null
  private readonly tallies = new Tallies()
  private readonly documents: Annotated[] = []
  private readonly kinds = new Map<string, TaskKind>()

  constructor(tool: Tool, array: boolean, options: ReadOptions) {
    this.tool = tool
    this.options = options
    this.whole = array ? [] : null
  }

  line(line: string, lineNumber: number): void {
    if (this.whole !== null) this.whole.push(line)
    else if (line.trim() !== '') this.take(parseRecord(line), lineNumber)
  }

  end(): Corpus {
    if (this.whole !== null) this.takeArray(this.whole.join('\n'))
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
      format: this.tool,
      tasks,
      columns: new Map(),
      documents: this.documents,
      predicted: this.tool === 'labelstudio' && this.options.annotator === 'predictions',
      notes: this.tallies.lines(),
    }
  }

  private refuseNothingWanted(chosen: string[]): void {
    const wanted = this.documents.some(({ spans }) => chosen.some((name) => spans.get(name)!.length > 0))
    if (!wanted && this.tallies.has(UNWANTED))
      throw new Error(
        `${this.options.name}: found no span of ${chosen.join(', ')}, but others; expected --task NAME for all, or NAME=LABEL,LABEL or NAME=CONTROL`,
      )
  }

  private takeArray(text: string): void {
    let tasks: unknown
    try {
      tasks = JSON.parse(text)
    } catch (error) {
      throw new Error(
        `${this.options.name}: found no JSON (${(error as Error).message}), expected a JSON array of tasks, or a task a line`,
        { cause: error },
      )
    }
    const list = Array.isArray(tasks) ? tasks : [tasks]
    const places = linesOfTasks(text, list.length)
    list.forEach((task, i) => at(this.options.name, places[i], () => this.take(objectAt(task, `task ${i}`), places[i])))
  }

  private take(record: Json, line: number): void {
    const read = READERS[this.tool](record, line, this.options, this.tallies)
    if ('skipped' in read) return this.tallies.add(`${read.skipped} left out`)
    this.documents.push(read.document)
    for (const [name, kind] of Object.entries(read.kinds)) if (!this.kinds.has(name)) this.kinds.set(name, kind)
  }
}

/** The line that each element of an array begins at, counted from 1. */
function linesOfTasks(text: string, count: number): number[] {
  const lines: number[] = []
  let [line, depth, quoted] = [1, 0, false]
  for (let i = 0; i < text.length && lines.length < count; i++) {
    const char = text[i]
    if (char === '\n') line++
    if (quoted && char === '\\') i++
    else if (char === '"') quoted = !quoted
    else if (!quoted && (char === '{' || char === '[')) {
      if (depth++ === (text.trimStart()[0] === '[' ? 1 : 0)) lines.push(line)
    } else if (!quoted && (char === '}' || char === ']')) depth--
  }
  return lines
}

/** A task is of tokens where each text that has any of its spans has one for every token. */
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
