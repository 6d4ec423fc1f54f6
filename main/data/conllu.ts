/** CoNLL-U (universaldependencies.org/format.html): ten columns apart by tabs, comments, blank line after each sentence. */
import { isBlank, quote } from './conllLayout.ts'
import type { ColumnRequest, LineParser, TableBuilder } from './columns.ts'

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
export function looksLikeConllu(lines: (string | null)[]): boolean {
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

function miscValue(misc: string, prefix: string): string {
  const item = misc.split('|').find((part) => part.startsWith(prefix))
  return item === undefined || item.length === prefix.length ? NO_VALUE : item.slice(prefix.length)
}

/**
 * A parser for the tags asked for: a column by name or number, or `MISC:Key`. Words are FORM. A missing value is the tag `_`.
 * Faults go to the builder: not UTF-8, not ten columns, IDs out of sequence, an empty field, a key that MISC never has.
 */
export function conlluParser(request: ColumnRequest, builder: TableBuilder): LineParser {
  const readers = request.tags.map(({ key, tasks }) => {
    const reader = columnReader(key)
    if (reader === null)
      builder.faultOutside(
        null,
        `found the columns ${CONLLU_COLUMNS.join(', ')}, expected a column ${key}; a key of MISC is written MISC:Key`,
        tasks.join(', '),
      )
    return reader
  })
  const separates = (line: string) => isBlank(line)
  if (readers.includes(null)) return Object.assign(() => {}, { separates })
  const keysSeen = readers.map(() => false)
  let anyToken = false
  let tokens = 0

  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) return builder.fault(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (isBlank(line)) {
      tokens = 0
      return builder.endSentence()
    }
    if (line.charCodeAt(0) === 0x23) return // a comment: a token's row starts with a digit
    const { fields, token, fault } = conlluRow(line)
    if (fault !== null) return builder.fault(lineNumber, fault)
    if (!token) return
    if (Number(fields[0]) !== ++tokens) {
      builder.fault(lineNumber, `found the ID ${fields[0]}, expected ${tokens}`)
      tokens = Number(fields[0])
      return
    }
    if (fields[FORM] === '') return builder.fault(lineNumber, 'found an empty FORM, expected a word')
    builder.put(0, fields[FORM])
    for (let i = 0; i < readers.length; i++) {
      const tag = readers[i]!(fields)
      if (tag !== NO_VALUE) keysSeen[i] = true
      if (tag === '')
        builder.fault(
          lineNumber,
          `found nothing in column ${request.tags[i].key}, expected a tag or _`,
          request.tags[i].tasks.join(', '),
        )
      builder.put(i + 1, tag)
    }
    builder.endToken(lineNumber)
    anyToken = true
  }

  /** A column of nothing but `_` cannot be meant. */
  const end = () => {
    request.tags.forEach(({ key, tasks }, i) => {
      if (anyToken && !keysSeen[i])
        builder.faultOutside(null, `found no token with a value in ${key}, expected tags there`, tasks.join(', '))
    })
  }
  return Object.assign(parse, { separates, end })
}
