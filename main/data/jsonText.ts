/** Reads JSON files with one record per line or one value over all lines, and the line of each record. */

export type Json = Record<string, unknown>

/** Maximum nesting, checked before parsing to prevent deep recursion. */
const MAX_DEPTH = 500
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Invalid JSON, with its line in the text (from 1). */
export class JsonProblem extends Error {
  override name = 'JsonProblem'
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/** Parses a text. Throws JsonProblem with the line within the text. */
export function parseJson(text: string): unknown {
  let depth = 0
  visitBrackets(text, (at, opens) => {
    depth += opens ? 1 : -1
    if (depth > MAX_DEPTH)
      throw new JsonProblem(`found JSON nested more than ${MAX_DEPTH} deep, expected records`, lineAt(text, at))
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.trimEnd().length)
    const reason = message.replace(/\s+/g, ' ').replace(/ in JSON at position .*$| \(line .*\)$/, '')
    throw new JsonProblem(`found no JSON (${reason}), expected JSON`, lineAt(text, position))
  }
}

/** Calls `visit` for each bracket and brace outside strings, until it returns false. */
function visitBrackets(text: string, visit: (at: number, opens: boolean) => void | false): void {
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quoted) {
      if (code === BACKSLASH) i++
      else if (code === QUOTE) quoted = false
    } else if (code === QUOTE) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (visit(i, true) === false) return
    } else if (code === 0x7d || code === 0x5d) {
      if (visit(i, false) === false) return
    }
  }
}

function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** Whether the file that begins with these lines has one record per line. */
function isPerLine(sniffed: readonly (string | null)[]): boolean {
  const first = (sniffed.find((line) => line !== null && line.trim() !== '') ?? '').trim()
  if (first.startsWith('[')) return /^\[\s*"/.test(first)
  try {
    parseJson(first)
    return true
  } catch (error) {
    // A line that ends like a record is an invalid record, not one that continues on the next line.
    return error instanceof JsonProblem && first.length > 1 && /[}\]]$/.test(first)
  }
}

/** Receives the lines of a file and passes on its records; the records of a JSON array are its elements. */
export class JsonRecords {
  /** Lines of a value that spans the file; null if each line is a record. */
  private readonly whole: string[] | null
  private readonly take: (record: unknown, line: number) => void
  private readonly elementsOf: (value: Json) => unknown[] | null

  /** `elementsOf` returns the records of an object that contains all of them. */
  constructor(
    sniffed: readonly (string | null)[],
    take: (record: unknown, line: number) => void,
    elementsOf: (value: Json) => unknown[] | null = () => null,
  ) {
    this.whole = isPerLine(sniffed) ? null : []
    this.take = take
    this.elementsOf = elementsOf
  }

  /** Throws JsonProblem. */
  line(line: string, lineNumber: number): void {
    if (this.whole !== null) this.whole.push(line)
    else if (line.trim() !== '') {
      try {
        this.take(parseJson(line), lineNumber)
      } catch (error) {
        throw error instanceof JsonProblem ? new JsonProblem(error.message, lineNumber) : error
      }
    }
  }

  /** Throws JsonProblem. */
  end(): void {
    if (this.whole === null) return
    const text = this.whole.join('\n')
    this.whole.length = 0
    if (text.trim() === '') return
    const value = parseJson(text)
    const within = isObject(value) ? this.elementsOf(value) : null
    if (within !== null) return within.forEach((record) => this.take(record, 1))
    if (!Array.isArray(value)) return this.take(value, lineAt(text, text.search(/\S/)))
    const lines = linesOfElements(text, value.length)
    value.forEach((record, i) => this.take(record, lines[i] ?? 1))
  }
}

/** The line on which each object or list of an array begins, from 1. */
function linesOfElements(text: string, count: number): number[] {
  const lines: number[] = []
  let [line, counted, depth] = [1, 0, 0]
  visitBrackets(text, (at, opens) => {
    if (opens && depth++ === 1) {
      for (let next = text.indexOf('\n', counted); next >= 0 && next < at; next = text.indexOf('\n', counted)) {
        line++
        counted = next + 1
      }
      lines.push(line)
    } else if (!opens) depth--
    return lines.length < count ? undefined : false
  })
  return lines
}

/** The first record in the first lines of a file; null if it is incomplete there. Throws JsonProblem. */
export function firstRecord(sniffed: readonly (string | null)[]): unknown {
  const text = sniffed.map((line) => line ?? '').join('\n')
  const start = text.search(/\S/)
  if (start < 0) return null
  const within = /^\s*\[\s*[[{]/.test(text) ? 1 : 0
  let [depth, begin, found] = [0, -1, null as string | null]
  visitBrackets(text, (at, opens) => {
    if (opens && depth === within) begin = at
    depth += opens ? 1 : -1
    if (depth > MAX_DEPTH)
      throw new JsonProblem(`found JSON nested more than ${MAX_DEPTH} deep, expected records`, lineAt(text, at))
    if (opens || depth !== within) return
    found = text.slice(begin, at + 1)
    return false
  })
  return found === null ? null : parseJson(found)
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
