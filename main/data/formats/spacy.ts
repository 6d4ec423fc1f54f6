/**
 * spaCy's training JSON (v2, and v3's docs_to_json): documents with paragraphs, sentences and tokens (`orth`, `ner` in
 * BILUO, `tag`, `pos`, `dep`). If tokens have no `ner`, the paragraph's `entities` [start, end, label] are aligned to
 * them.
 */
import type { ColumnRequest, LineParser, TokenSink } from '../columns.ts'
import { isObject, JsonRecords, type Json } from '../jsonText.ts'
import { columnIndices, type FormatOptions } from './columnNames.ts'
import { jsonParser } from './jsonParser.ts'

export const SPACY_COLUMNS = ['ner', 'tag', 'pos', 'dep', 'lemma']
const NO_VALUE = '_'

interface Token {
  orth: string
  values: Record<string, string>
}

export function looksLikeSpacy(record: Json): boolean {
  return Array.isArray(record.paragraphs)
}

export function spacyColumns(): string[] {
  return ['ner', 'tag', 'pos', 'dep']
}

export function spacyParser(
  sniffed: readonly (string | null)[],
  request: ColumnRequest,
  sink: TokenSink,
  _options: FormatOptions,
): LineParser {
  const columns = columnIndices(request, ['', ...SPACY_COLUMNS], sink)
  const keys = columns?.map((c) => SPACY_COLUMNS[c - 1]) ?? []
  const records = new JsonRecords(sniffed, (record, line) => {
    if (columns !== null) writeDocument(record, keys, line, sink)
  })
  return jsonParser(records, sink)
}

function writeDocument(record: unknown, keys: string[], line: number, sink: TokenSink): void {
  const paragraphs = isObject(record) ? record.paragraphs : undefined
  if (!Array.isArray(paragraphs)) return sink.problem(line, 'found no paragraphs, expected a document of spaCy')
  for (const paragraph of paragraphs) {
    const sentences = isObject(paragraph) ? paragraph.sentences : undefined
    if (!isObject(paragraph) || !Array.isArray(sentences)) {
      sink.problem(line, 'found a paragraph without sentences, expected sentences of tokens')
      sink.endSentence()
      continue
    }
    const tokens = sentences.map((sentence) => tokensOf(sentence))
    const problem = tokens.includes(null)
      ? 'found a token without orth, expected its text'
      : entities(paragraph, tokens)
    for (const sentence of tokens) {
      if (problem !== null) sink.problem(line, problem)
      for (const token of sentence ?? []) writeToken(token, keys, line, sink)
      sink.endSentence()
    }
  }
}

function tokensOf(sentence: unknown): Token[] | null {
  const tokens = isObject(sentence) ? sentence.tokens : undefined
  if (!Array.isArray(tokens)) return null
  const found = tokens.map((token) => {
    if (!isObject(token) || typeof token.orth !== 'string') return null
    const values = SPACY_COLUMNS.map((key) => [key, typeof token[key] === 'string' ? token[key] : NO_VALUE])
    return { orth: token.orth, values: Object.fromEntries(values) as Record<string, string> }
  })
  return found.includes(null) ? null : (found as Token[])
}

/** Aligns the entities of a paragraph to tokens without `ner`. Returns the problem with the entities; null if none. */
function entities(paragraph: Json, sentences: (Token[] | null)[]): string | null {
  const tokens = sentences.flatMap((sentence) => sentence ?? [])
  const given = paragraph.entities
  if (!Array.isArray(given) || tokens.some(({ values }) => values.ner !== NO_VALUE)) return null
  if (typeof paragraph.raw !== 'string') return 'found entities and no raw text, expected both'
  // Offsets count code points, as Python does.
  const raw = Array.from(paragraph.raw)
  const [starts, ends] = [new Map<number, number>(), new Map<number, number>()]
  let at = 0
  for (const [t, { orth }] of tokens.entries()) {
    const chars = Array.from(orth)
    while (at < raw.length && !chars.every((char, i) => raw[at + i] === char)) at++
    if (at >= raw.length && chars.length > 0) return `found the token ${JSON.stringify(orth)}, expected one of raw`
    starts.set(at, t)
    at += chars.length
    ends.set(at, t)
  }
  for (const token of tokens) token.values.ner = 'O'
  for (const entity of given) {
    const [start, end, label] = Array.isArray(entity) ? (entity as unknown[]) : []
    const [from, to] = [starts.get(start as number), ends.get(end as number)]
    if (from === undefined || to === undefined || from > to || typeof label !== 'string' || label === '')
      return `found the entity ${JSON.stringify(entity)}, expected [start, end, label] at the borders of tokens`
    for (let t = from; t <= to; t++) tokens[t].values.ner = `${t === from ? 'B' : 'I'}-${label}`
  }
  return null
}

function writeToken({ orth, values }: Token, keys: string[], line: number, sink: TokenSink): void {
  // spaCy has white-space tokens, which are not words.
  if (orth.trim() === '') return
  sink.put(0, orth)
  // A hyphen marks a missing annotation.
  keys.forEach((key, i) => sink.put(i + 1, values[key] === '-' || values[key] === '' ? NO_VALUE : values[key]))
  sink.endToken(line)
}
