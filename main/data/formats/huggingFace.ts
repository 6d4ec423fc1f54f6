/**
 * Records of Hugging Face datasets: `{"tokens": ["EU", …], "ner_tags": [3, …]}`, one per line or in a JSON array, or
 * one record with one list per column. Tags are names, or numbers whose names the user provides (see labelNames.ts).
 */
import type { ColumnRequest, LineParser, TokenSink } from '../columns.ts'
import { firstRecord, isObject, JsonProblem, JsonRecords, type Json } from '../jsonText.ts'
import { columnIndices, type FormatOptions } from './columnNames.ts'
import { jsonParser } from './jsonParser.ts'

const WORDS = ['tokens', 'words', 'token', 'word', 'text', 'sentence']

/** The name of the token field; null if there is none. */
function wordsKey(record: Json): string | null {
  return WORDS.find((key) => isStrings(record[key])) ?? null
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
}

function isTags(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' || Number.isInteger(one))
}

export function looksLikeTokenLists(record: Json): boolean {
  return (
    wordsKey(record) !== null ||
    WORDS.some((key) => isTable(record, key)) ||
    (Array.isArray(record.tokens) && record.tokens.length === 0)
  )
}

/** Whether the record stores a whole table: the field is a list of token lists. */
function isTable(record: Json, key: string): boolean {
  const value = record[key]
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => isStrings(one) || (Array.isArray(one) && one.length === 0))
  )
}

/** The names of the tag fields of a record. */
function tagKeys(record: Json): string[] {
  const key = wordsKey(record)
  const length = key === null ? 0 : (record[key] as string[]).length
  return Object.keys(record).filter((name) => {
    const value = record[name]
    return name !== key && isTags(value) && value.length === length
  })
}

export function huggingFaceColumns(sniffed: readonly (string | null)[]): string[] {
  let record: unknown
  try {
    record = firstRecord(sniffed)
  } catch (error) {
    // Reported by the parser, with its line.
    if (error instanceof JsonProblem) return []
    throw error
  }
  if (!isObject(record)) return []
  return tagKeys(rowsOf(record)?.[0] ?? record)
}

function problemOf(sniffed: readonly (string | null)[]): JsonProblem | null {
  try {
    firstRecord(sniffed)
    return null
  } catch (error) {
    if (error instanceof JsonProblem) return error
    throw error
  }
}

function rowsOf(record: Json): Json[] | null {
  const key = WORDS.find((name) => isTable(record, name))
  if (key === undefined) return null
  const columns = Object.entries(record).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  return (record[key] as string[][]).map((_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  )
}

/** Returns a parser that reads one sentence per record. */
export function huggingFaceParser(
  sniffed: readonly (string | null)[],
  request: ColumnRequest,
  sink: TokenSink,
  { labels }: FormatOptions,
): LineParser {
  const broken = problemOf(sniffed)
  if (broken !== null) {
    sink.problem(broken.line, broken.message)
    return Object.assign(() => {}, { separates: null })
  }
  const names = [...new Set(huggingFaceColumns(sniffed))]
  const columns = columnIndices(request, ['', ...names], sink)
  const keys = columns?.map((c) => names[c - 1]) ?? []
  const take = (record: unknown, line: number) => {
    if (columns === null) return
    if (!isObject(record)) return sink.problem(line, 'found no record, expected an object with tokens and tags')
    const rows = rowsOf(record)
    if (rows !== null) return rows.forEach((row) => writeRecord(row, keys, line, sink, labels))
    writeRecord(record, keys, line, sink, labels)
  }
  return jsonParser(new JsonRecords(sniffed, take), sink)
}

function writeRecord(
  record: Json,
  keys: string[],
  line: number,
  sink: TokenSink,
  labels: FormatOptions['labels'],
): void {
  const key = wordsKey(record) ?? WORDS.find((name) => Array.isArray(record[name]))
  const words = key === undefined ? undefined : record[key]
  if (!Array.isArray(words)) sink.problem(line, 'found no list of tokens, expected one')
  else {
    const lists = keys.map((name) => tagsIn(record, name, words.length, line, sink, labels))
    const empty = words.findIndex((word) => typeof word !== 'string' || word.trim() === '')
    if (empty >= 0) sink.problem(line, `found ${JSON.stringify(words[empty])} as the token ${empty}, expected a word`)
    else if (lists.every((list) => list !== null)) {
      words.forEach((word: string, t) => {
        sink.put(0, word)
        lists.forEach((list, i) => sink.put(i + 1, list[t]))
        sink.endToken(line)
      })
    }
  }
  sink.endSentence()
}

/** The tags of a record; null if they are invalid, which is reported. */
function tagsIn(
  record: Json,
  key: string,
  length: number,
  line: number,
  sink: TokenSink,
  labels: FormatOptions['labels'],
): string[] | null {
  const tags = record[key]
  const problem = (message: string) => {
    sink.problem(line, message)
    return null
  }
  if (!isTags(tags)) return problem(`found no list of tags in ${key}, expected names or numbers`)
  if (tags.length !== length)
    return problem(`found ${length} tokens and ${tags.length} tags in ${key}, expected as many`)
  const names = labels?.byColumn.get(key) ?? labels?.all ?? null
  const found: string[] = []
  for (const tag of tags) {
    if (typeof tag === 'string' && tag === '') return problem(`found an empty tag in ${key}, expected a tag`)
    if (typeof tag === 'string') {
      found.push(tag)
      continue
    }
    if (names === null)
      return problem(
        `found numbers in ${key} and no names for them, expected labels: a list like O,B-PER,I-PER ` +
          "or the file of the data set's features (dataset_info.json, README.md)",
      )
    if (names[tag] === undefined)
      return problem(`found the number ${tag} in ${key}, expected one below ${names.length}, as there are labels`)
    found.push(names[tag])
  }
  return found
}
