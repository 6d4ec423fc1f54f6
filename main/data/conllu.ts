/** CoNLL-U (universaldependencies.org/format.html): ten columns apart by tabs, comments, blank line after each sentence. */
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
/** What CoNLL-U writes where there is no value; also the tag of a token whose MISC lacks the key asked for. */
export const NO_VALUE = '_'

const FORM = 1
export const MISC = 9
/** The ID of a token. */
export const TOKEN_ID = /^[1-9][0-9]*$/
/** Multiword ranges (1-2) and empty nodes (1.1, 0.1): not tokens. */
const OTHER_ID = /^[0-9]+[-.][0-9]+$/

/** True where the first line that is no comment looks like a row of CoNLL-U. */
export function looksLikeConllu(lines: readonly (string | null)[]): boolean {
  const row = lines.find((line) => line !== null && !line.startsWith('#') && !isBlank(line))
  const fields = row?.split('\t') ?? []
  return fields.length === CONLLU_COLUMNS.length && (TOKEN_ID.test(fields[0]) || OTHER_ID.test(fields[0]))
}

/** A row taken apart: whether it is a token's, or a multiword range or an empty node; or what is wrong with it. */
export function conlluRow(line: string): { fields: string[]; token: boolean; fault: string | null } {
  const fields = line.split('\t')
  const token = TOKEN_ID.test(fields[0])
  let fault: string | null = null
  if (fields.length !== CONLLU_COLUMNS.length)
    fault = `found ${fields.length} columns separated by tab (${quote(line)}), expected ${CONLLU_COLUMNS.length}`
  else if (!token && !OTHER_ID.test(fields[0]))
    fault = `found the ID ${quote(fields[0])}, expected a number, a range (1-2) or an empty node (1.1)`
  return { fields, token, fault }
}

/** How to take a tag from a row. Null where there is no such column. */
function columnReader(key: string): ((fields: string[]) => string) | null {
  if (key.startsWith('MISC:') && key.length > 5) {
    const prefix = `${key.slice(5)}=`
    return (fields) => (fields[MISC] === NO_VALUE ? NO_VALUE : miscValue(fields[MISC], prefix))
  }
  const index = /^[0-9]+$/.test(key) ? Number(key) : CONLLU_COLUMNS.findIndex((name) => name === key.toUpperCase())
  return index < 0 || index >= CONLLU_COLUMNS.length ? null : (fields) => fields[index]
}

/** The value of a key in MISC, `_` where it has none. Treebanks write | as \\p there. */
export function miscValue(misc: string, prefix: string): string {
  const item = misc.split('|').find((part) => part.startsWith(prefix))
  return item === undefined || item.length === prefix.length
    ? NO_VALUE
    : item.slice(prefix.length).replaceAll('\\p', '|')
}

/** What is wrong with a row's MISC for a reader of `key`: items apart by spaces, or the brackets of nested spans. */
export function miscProblem(misc: string, key: string): string | null {
  if (misc === NO_VALUE) return null
  const spaced = misc.split('|').find((item) => item.includes(` ${key}=`) || /^SpaceAfter=\S+\s/.test(item))
  if (spaced !== undefined) return `found ${quote(spaced)} as one item of MISC, expected items apart by |`
  const value = miscValue(misc, `${key}=`)
  return BRACKETS.test(value)
    ? `found the brackets of nested spans in MISC:${key} (${quote(value)}), expected one tag per token: choose another column`
    : null
}
/** `(1-person-giv`, `4)`, `(5-place)(6-time`: coreference and nested entities, as GUM has them. */
const BRACKETS = /^(?:\([^()]+|\([^()]+\)|[^()\s]*\))+$/

/**
 * A parser for the tags asked for: a column by name or number, or `MISC:Key`. Words are FORM. A missing value is the tag `_`.
 * Faults go to the sink: not UTF-8, not ten columns, IDs out of sequence, an empty field, a key that MISC never has.
 */
export function conlluParser(request: ColumnRequest, sink: TokenSink): LineParser {
  const readers = request.tags.map(({ key, tasks }) => {
    const reader = columnReader(key)
    if (reader === null)
      sink.faultOutside(
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
    if (line === null) return sink.fault(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (isBlank(line)) {
      tokens = 0
      return sink.endSentence()
    }
    if (line.charCodeAt(0) === 0x23) return // a comment: a token's row starts with a digit
    const { fields, token, fault } = conlluRow(line)
    if (fault !== null) return sink.fault(lineNumber, fault)
    if (!token) return
    if (Number(fields[0]) !== ++tokens) {
      sink.fault(lineNumber, `found the ID ${fields[0]}, expected ${tokens}`)
      tokens = Number(fields[0])
      return
    }
    if (fields[FORM] === '') return sink.fault(lineNumber, 'found an empty FORM, expected a word')
    const wrong = miscKeys.map((key) => miscProblem(fields[MISC], key)).find((problem) => problem !== null)
    if (wrong !== undefined) return sink.fault(lineNumber, wrong)
    sink.put(0, fields[FORM])
    for (let i = 0; i < readers.length; i++) {
      const tag = readers[i]!(fields)
      if (tag !== NO_VALUE) keysSeen[i] = true
      if (tag === '')
        sink.fault(
          lineNumber,
          `found nothing in column ${request.tags[i].key}, expected a tag or _`,
          request.tags[i].tasks.join(', '),
        )
      sink.put(i + 1, tag)
    }
    sink.endToken(lineNumber)
    anyToken = true
  }

  /** A column of nothing but `_` cannot be meant. */
  const end = () => {
    request.tags.forEach(({ key, tasks }, i) => {
      if (anyToken && !keysSeen[i])
        sink.faultOutside(null, `found no token with a value in ${key}, expected tags there`, tasks.join(', '))
    })
  }
  return Object.assign(parse, { separates, end })
}
