/**
 * Surveys a whole file: its format, the values of its columns, its first sentences. Interpreting them is left to
 * inspect.ts.
 */
import { FORMAT_TITLES, isCatalogueFormat, type CatalogueFormat } from '../../shared/annotation/formats.ts'
import { commentTest, type CommentTest } from './comments.ts'
import { BLANK, conllLayout, DOCUMENT_START, splitColumns, type ConllLayout } from './conllLayout.ts'
import { conll2012Fields } from './conll2012.ts'
import { CONLLU_COLUMNS, MISC, NO_VALUE, TOKEN_ID } from './conllu.ts'
import { lineBlocks } from './lines.ts'
import { NotACorpusError } from './sniff.ts'
import { corpusFormat, type ReadProgress } from './read.ts'

/** Most distinct values counted per column; a column with more does not hold tags. */
export const MAX_VALUES = 400
const MAX_MISC_KEYS = 50
const SENTENCES_SHOWN = 5
const TOKENS_SHOWN = 40

/** Frequencies of the values of a column, up to MAX_VALUES distinct ones. */
export interface Tally {
  /** Number of tokens with a value other than `_` in the column. */
  present: number
  values: Map<string, number>
  /** True if the column has more than MAX_VALUES values; counting stopped there. */
  many: boolean
}

export interface Survey {
  format: CatalogueFormat
  separator: ConllLayout['separator']
  lines: number
  tokens: number
  /** Number of tokens by the number of columns in their line. */
  widths: Map<number, number>
  /** By column, in order. */
  columns: Tally[]
  /** By MISC key; CoNLL-U only. */
  misc: Map<string, Tally>
  preview: { line: number; tokens: string[][] }[]
}

const newTally = (): Tally => ({ present: 0, values: new Map(), many: false })

/** `file` is the name used in messages. Throws NotACorpusError and the errors of byteBlocks. */
export async function surveyFile(
  path: string,
  file: string,
  format: CatalogueFormat | 'auto',
  progress?: ReadProgress,
): Promise<Survey> {
  const survey: Survey = {
    format: 'conll',
    separator: 'spaces',
    lines: 0,
    tokens: 0,
    widths: new Map(),
    columns: [],
    misc: new Map(),
    preview: [],
  }
  const digest = { hash: '', bytes: 0 }
  let lineNumber = 0
  let open: Survey['preview'][number] | null = null
  let isComment: CommentTest | null = null
  for await (const lines of lineBlocks(path, digest)) {
    if (isComment === null) {
      survey.format = catalogueFormat(file, format, lines)
      const layout = conllLayout(lines)
      survey.separator = survey.format === 'conllu' ? 'tab' : (layout?.separator ?? 'spaces')
      isComment =
        survey.format === 'conll' && layout !== null ? commentTest(lines, layout) : (line) => line.startsWith('#')
    }
    for (const line of lines) {
      lineNumber++
      const fields = line === null ? null : isComment(line, open !== null) ? 'skip' : fieldsOf(line, survey)
      if (fields === 'end') open = null
      if (fields === null || typeof fields === 'string') continue
      count(survey, fields)
      if (open === null) {
        open = { line: lineNumber, tokens: [] }
        if (survey.preview.length < SENTENCES_SHOWN) survey.preview.push(open)
      }
      if (open.tokens.length < TOKENS_SHOWN) open.tokens.push(fields)
    }
    await progress?.(digest)
  }
  survey.lines = lineNumber
  return survey
}

function catalogueFormat(
  file: string,
  format: CatalogueFormat | 'auto',
  lines: readonly (string | null)[],
): CatalogueFormat {
  const found = corpusFormat(file, format, lines)
  if (typeof found === 'object') throw new NotACorpusError(file, found.message)
  if (isCatalogueFormat(found)) return found
  throw new NotACorpusError(file, `found ${FORMAT_TITLES[found]}, expected columns: the import makes columns of it`)
}

/** The fields of a token; 'end' for a line that ends a sentence, 'skip' for other lines. */
function fieldsOf(line: string, { format, separator }: Survey): string[] | 'end' | 'skip' {
  if (BLANK.test(line)) return 'end'
  if (format === 'conll2012') return conll2012Fields(line)
  const fields = splitColumns(line, separator)
  if (format === 'conllu') return TOKEN_ID.test(fields[0]) ? fields : 'skip'
  return fields[0] === DOCUMENT_START ? 'end' : fields
}

function count(survey: Survey, fields: string[]): void {
  survey.tokens++
  survey.widths.set(fields.length, (survey.widths.get(fields.length) ?? 0) + 1)
  const width = survey.format === 'conllu' ? Math.min(fields.length, CONLLU_COLUMNS.length) : fields.length
  for (let c = 0; c < width; c++) {
    // Limits the columns created by a long line of running text.
    if (c >= 100) break
    tally((survey.columns[c] ??= newTally()), fields[c])
  }
  if (survey.format === 'conllu' && fields.length > MISC && fields[MISC] !== NO_VALUE)
    countMisc(survey.misc, fields[MISC])
}

function countMisc(misc: Survey['misc'], text: string): void {
  for (const item of text.split('|')) {
    const equals = item.indexOf('=')
    if (equals <= 0) continue
    const key = item.slice(0, equals)
    if (!misc.has(key) && misc.size >= MAX_MISC_KEYS) continue
    if (!misc.has(key)) misc.set(key, newTally())
    tally(misc.get(key)!, item.slice(equals + 1))
  }
}

function tally(column: Tally, value: string): void {
  if (value !== '' && value !== NO_VALUE) column.present++
  if (column.many) return
  const seen = column.values.get(value)
  if (seen !== undefined) column.values.set(value, seen + 1)
  else if (column.values.size < MAX_VALUES) column.values.set(value, 1)
  else column.many = true
}

/** The share of counted tokens whose value matches the pattern. */
export function shareOf({ values }: Tally, pattern: RegExp): number {
  let all = 0
  let found = 0
  for (const [value, count] of values) {
    all += count
    if (pattern.test(value)) found += count
  }
  return all === 0 ? 0 : found / all
}
