/**
 * CoNLL-U (universaldependencies.org/format.html): ten tab-separated columns, comments, blank line after each
 * sentence.
 */
import { isBlank, quote } from './conllLayout.ts'
import type { ColumnRequest, LineParser, TokenSink } from './columns.ts'

export const CONLLU_COLUMNS = [
  'ID',
  'FORM',
  'LEMMA',
  'UPOS',
  'XPOS',
  'FEATS',
  'HEAD',
  'DEPREL',
  'DEPS',
  'MISC',
] as const
/** CoNLL-U's mark for a missing value; also the tag of a token whose MISC lacks the requested key. */
export const NO_VALUE = '_'

const FORM = 1
export const MISC = 9
/** The ID of a token. */
export const TOKEN_ID = /^[1-9][0-9]*$/
/** Multiword ranges (1-2) and empty nodes (1.1, 0.1), which are not tokens. */
const OTHER_ID = /^[0-9]+[-.][0-9]+$/

/** True if the first line that is not a comment looks like a CoNLL-U row. */
export function looksLikeConllu(lines: readonly (string | null)[]): boolean {
  const row = lines.find((line) => line !== null && !line.startsWith('#') && !isBlank(line))
  const fields = row?.split('\t') ?? []
  return fields.length === CONLLU_COLUMNS.length && (TOKEN_ID.test(fields[0]) || OTHER_ID.test(fields[0]))
}

/** Parses a row. `token` is false for multiword ranges and empty nodes; `problem` describes a malformed row. */
export function conlluRow(line: string): { fields: string[]; token: boolean; problem: string | null } {
  const fields = line.split('\t')
  const token = TOKEN_ID.test(fields[0])
  let problem: string | null = null
  if (fields.length !== CONLLU_COLUMNS.length)
    problem = `found ${fields.length} columns separated by tab (${quote(line)}), expected ${CONLLU_COLUMNS.length}`
  else if (!token && !OTHER_ID.test(fields[0]))
    problem = `found the ID ${quote(fields[0])}, expected a number, a range (1-2) or an empty node (1.1)`
  return { fields, token, problem }
}

/** Returns a function that reads the tag of a row; null if there is no such column. */
function columnReader(key: string): ((fields: string[]) => string) | null {
  if (key.startsWith('MISC:') && key.length > 5) {
    const prefix = `${key.slice(5)}=`
    return (fields) => (fields[MISC] === NO_VALUE ? NO_VALUE : miscValue(fields[MISC], prefix))
  }
  const index = /^[0-9]+$/.test(key) ? Number(key) : CONLLU_COLUMNS.findIndex((name) => name === key.toUpperCase())
  return index < 0 || index >= CONLLU_COLUMNS.length ? null : (fields) => fields[index]
}

/** The value of a key in MISC, `_` if there is none. Treebanks escape | as \\p there. */
export function miscValue(misc: string, prefix: string): string {
  const item = misc.split('|').find((part) => part.startsWith(prefix))
  return item === undefined || item.length === prefix.length
    ? NO_VALUE
    : item.slice(prefix.length).replaceAll('\\p', '|')
}

/** The problem with reading `key` from MISC: items separated by spaces, or brackets of nested spans; null if none. */
export function miscProblem(misc: string, key: string): string | null {
  if (misc === NO_VALUE) return null
  const spaced = misc.split('|').find((item) => item.includes(` ${key}=`) || /^SpaceAfter=\S+\s/.test(item))
  if (spaced !== undefined) return `found ${quote(spaced)} as one item of MISC, expected items apart by |`
  const value = miscValue(misc, `${key}=`)
  return BRACKETS.test(value)
    ? `found the brackets of nested spans in MISC:${key} (${quote(value)}), ` +
        'expected one tag per token: choose another column'
    : null
}
/** `(1-person-giv`, `4)`, `(5-place)(6-time`: coreference and nested entities, as in GUM. */
const BRACKETS = /^(?:\([^()]+|\([^()]+\)|[^()\s]*\))+$/

/**
 * Returns a parser for the requested tags: a column by name or number, or `MISC:Key`. Words are FORM. A missing value
 * is the tag `_`. Reports to the sink: lines that are not UTF-8, rows without ten columns, IDs out of sequence, empty
 * fields, keys that never occur in MISC.
 */
export function conlluParser(request: ColumnRequest, sink: TokenSink): LineParser {
  const readers = request.tags.map(({ key, tasks }) => {
    const reader = columnReader(key)
    if (reader === null)
      sink.fileProblem(
        null,
        `found the columns ${CONLLU_COLUMNS.join(', ')}, expected a column ${key}; a key of MISC is written MISC:Key`,
        tasks.join(', '),
      )
    return reader
  })
  const separates = (line: string) => isBlank(line)
  if (readers.includes(null)) return Object.assign(() => {}, { separates })
  const miscKeys = request.tags.flatMap(({ key }) => (key.startsWith('MISC:') ? [key.slice(5)] : []))
  const keysSeen = readers.map(() => false)
  let anyToken = false
  let tokens = 0

  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) return sink.problem(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (isBlank(line)) {
      tokens = 0
      return sink.endSentence()
    }
    if (line.charCodeAt(0) === 0x23) return // a comment: a token's row starts with a digit
    const { fields, token, problem } = conlluRow(line)
    if (problem !== null) return sink.problem(lineNumber, problem)
    if (!token) return
    if (Number(fields[0]) !== ++tokens) {
      sink.problem(lineNumber, `found the ID ${fields[0]}, expected ${tokens}`)
      tokens = Number(fields[0])
      return
    }
    if (fields[FORM] === '') return sink.problem(lineNumber, 'found an empty FORM, expected a word')
    const wrong = miscKeys.map((key) => miscProblem(fields[MISC], key)).find((found) => found !== null)
    if (wrong !== undefined) return sink.problem(lineNumber, wrong)
    sink.put(0, fields[FORM])
    for (let i = 0; i < readers.length; i++) {
      const tag = readers[i]!(fields)
      if (tag !== NO_VALUE) keysSeen[i] = true
      if (tag === '')
        sink.problem(
          lineNumber,
          `found nothing in column ${request.tags[i].key}, expected a tag or _`,
          request.tags[i].tasks.join(', '),
        )
      sink.put(i + 1, tag)
    }
    sink.endToken(lineNumber)
    anyToken = true
  }

  /** Reports requested columns that contain only `_`. */
  const end = () => {
    request.tags.forEach(({ key, tasks }, i) => {
      if (anyToken && !keysSeen[i])
        sink.fileProblem(null, `found no token with a value in ${key}, expected tags there`, tasks.join(', '))
    })
  }
  return Object.assign(parse, { separates, end })
}
