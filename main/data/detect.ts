/** Detects file formats by content. All commands use this module. */
import type { FileFormat } from '../../shared/annotation/formats.ts'
import { looksLikeConll } from './conll.ts'
import { looksLikeConll2012 } from './conll2012.ts'
import { looksLikeConllu } from './conllu.ts'
import { isBlank } from './conllLayout.ts'
import { hasSentenceColumn } from './formats/csv.ts'
import { looksLikeConlluPlus } from './formats/conlluPlus.ts'
import { looksLikeTokenLists } from './formats/huggingFace.ts'
import { looksLikeSpacy } from './formats/spacy.ts'
import { looksLikeWebanno } from './formats/webanno.ts'
import { firstRecord, isObject, type Json, JsonProblem } from './jsonText.ts'
import { otherFormat } from './otherFormats.ts'
import { looksLikeProse } from './prose.ts'

/**
 * The detected kind of a file. `columns`: possibly CoNLL columns, without clear evidence. `refused`: an unsupported
 * kind of file; the message says what was found, what was expected, and what to export instead.
 */
export type Detected =
  | { kind: 'format'; format: FileFormat }
  | { kind: 'columns' }
  | { kind: 'text' }
  | { kind: 'refused'; message: string; line: number | null }

const format = (name: FileFormat): Detected => ({ kind: 'format', format: name })
const refused = (message: string, line: number | null = null): Detected => ({ kind: 'refused', message, line })

/** Detects the format from a file's name and its first lines without line ends (null: not UTF-8). */
export function detect(lines: readonly (string | null)[], name: string): Detected {
  const filled = lines.filter((line): line is string => line !== null && !isBlank(line))
  const first = filled[0]?.trim() ?? ''
  if (first === '') return { kind: 'columns' }
  const bare = name.toLowerCase().replace(/\.gz$/, '')
  if (first.startsWith('#FORMAT=WebAnno TSV') || first.startsWith('#FORMAT=')) return detectWebanno(first)
  if (looksLikeConlluPlus(filled)) return format('conllup')
  if (looksLikeConllu(filled)) return format('conllu')
  if (looksLikeConll2012(filled)) return format('conll2012')
  if (JSON_START.test(first)) return detectJson(lines)
  const other = otherMarkup(first) ?? standoff(filled)
  if (other !== null) return other
  const unread = otherFormat(filled)
  if (unread !== null) return refused(unread)
  if (hasSentenceColumn(first)) return format('csv')
  if (looksLikeConll(lines.filter((line) => line !== null))) return format('conll')
  const table = tableWithoutSentences(filled)
  if (table !== null) return table
  if (bare.endsWith('.conllu')) return format('conllu')
  if (/\.(conll|conll2003|iob2?|bioe?s?|bmes)$/.test(bare)) return format('conll')
  return looksLikeProse(filled) ? { kind: 'text' } : { kind: 'columns' }
}

function detectWebanno(first: string): Detected {
  return looksLikeWebanno(first)
    ? format('webanno')
    : refused(`found ${first.slice(1, 40)}, expected WebAnno TSV 3: export that`)
}

/** The start of JSON records; after a bracket that is a token, other characters follow. */
const JSON_START = /^(\{\s*("|\}|$)|\[\s*([[{"\]]|$))/

function detectJson(lines: readonly (string | null)[]): Detected {
  let record: unknown
  try {
    record = firstRecord(lines)
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error
    return refused(error.message, error.line)
  }
  if (Array.isArray(record)) return detectPair(record)
  if (isObject(record)) return detectRecord(record)
  return detectByKeys(lines.map((line) => line ?? '').join('\n'))
}

function detectPair(record: unknown[]): Detected {
  if (record.length === 0) return format('labelstudio')
  return typeof record[0] === 'string' && isObject(record[1]) && 'entities' in record[1]
    ? format('spacytext')
    : refused('found a JSON list of lists, expected records, or pairs of a text and {"entities": …}')
}

/** Detects the tool from the field names of a record. */
function detectRecord(record: Json): Detected {
  const refusal = REFUSED_JSON.find(([keys]) => keys.every((key) => key in record))
  if (refusal !== undefined) return refused(`found ${refusal[1]}, expected annotations of a known tool: ${refusal[2]}`)
  if (looksLikeSpacy(record)) return format('spacy')
  if (Array.isArray(record.annotations) && Array.isArray(record.annotations[0]) && 'classes' in record)
    return format('spacytext')
  if (isObject(record.data) || isMinimalLabelStudio(record)) return format('labelstudio')
  if (looksLikeTokenLists(record)) return format('huggingface')
  const hasText = typeof record.text === 'string'
  if (hasText && (isListOfObjects(record.tokens) || '_input_hash' in record || '_task_hash' in record))
    return format('prodigy')
  if (hasText && (isListOfObjects(record.spans) || Array.isArray(record.spans) || 'answer' in record))
    return format('prodigy')
  if (['label', 'labels', 'entities', 'annotations'].some((key) => Array.isArray(record[key]))) return format('doccano')
  return refused(
    `found JSON with the fields ${Object.keys(record).join(', ')}, expected that of doccano (text, label), ` +
      'Prodigy (text, spans), Label Studio (data), Hugging Face (tokens, ner_tags) or spaCy (paragraphs)',
  )
}

/** Known JSON formats that are not supported: fields, name, what to export instead. */
const REFUSED_JSON: [keys: string[], found: string, instead: string][] = [
  [['%FEATURE_STRUCTURES'], 'the JSON CAS of INCEpTION', 'export WebAnno TSV 3'],
  [['cells', 'nbformat'], 'a Jupyter notebook', 'export the data it loads'],
  [['documents', 'source'], 'BioC JSON', 'export brat or columns'],
  [['classes', 'entities', 'text'], 'JSON of an unknown tool', 'export JSON lines with label'],
]

/** Label Studio's JSON-MIN: the data fields plus one list of labels per control. */
function isMinimalLabelStudio(record: Json): boolean {
  if ('annotation_id' in record && 'annotator' in record) return true
  return Object.values(record).some(
    (value) => isListOfObjects(value) && value.some((entry) => isObject(entry) && Array.isArray(entry.labels)),
  )
}

function isListOfObjects(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && isObject(value[0])
}

/** Detects the format by field names when the first record is longer than the sampled text. */
function detectByKeys(text: string): Detected {
  if (/"paragraphs"\s*:/.test(text)) return format('spacy')
  if (/"data"\s*:\s*\{/.test(text)) return format('labelstudio')
  if (/"tokens"\s*:\s*\[\s*"/.test(text)) return format('huggingface')
  if (/"(spans|tokens)"\s*:\s*\[\s*\{/.test(text)) return format('prodigy')
  if (/"(label|labels|entities)"\s*:\s*\[/.test(text)) return format('doccano')
  return refused('found JSON of no known tool, or cut off, expected whole records')
}

function otherMarkup(first: string): Detected | null {
  if (!first.startsWith('<')) return null
  const instead = 'export columns, JSON lines or, in INCEpTION, WebAnno TSV 3'
  if (/^<!doctype html|^<html/i.test(first)) return refused(`found a page of HTML, expected annotated text: ${instead}`)
  if (/^<\?xml|^<[A-Za-z][\w.:-]*[\s>]/.test(first)) return refused(`found XML, expected annotated text: ${instead}`)
  return null
}

function standoff(filled: readonly string[]): Detected | null {
  const first = filled.slice(0, 20)
  if (first.every((line) => /^(T\d+\t\S+ \d+ \d+|[RAMEN]\d+\t|[*#]\S*\t)/.test(line)) && /^T\d/m.test(first.join('\n')))
    return format('brat')
  if (/^\d+\|[ta]\|/.test(first[0]))
    return refused('found PubTator’s format, expected tokens: export IOB columns, or brat')
  return null
}

/** Refuses a comma-separated table that has no sentence column. */
function tableWithoutSentences(filled: readonly string[]): Detected | null {
  const rows = filled.slice(0, 20).map((line) => line.split(/[,;]/).length)
  const wide = rows[0] >= 2 && rows.length > 1 && rows.every((count) => count >= rows[0])
  if (!wide || filled[0].includes(' ') || filled[0].includes('\t')) return null
  return refused(
    `found a table with the columns ${filled[0].slice(0, 80)}, expected a column for the sentence ` +
      '(Sentence #, sentence_id) beside the words, or columns apart by a tab or spaces',
  )
}
