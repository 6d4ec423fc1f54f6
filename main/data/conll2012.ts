/**
 * CoNLL-2012 (conll.cemantix.org/2012/data.html), the common training format of OntoNotes 5: columns separated by
 * spaces, a blank line after each sentence, #begin document and #end document lines. Tags are selected by name: POS;
 * NER, from the brackets in column 10; CHUNK, from the parse bits in column 5 (see parseChunks.ts).
 */
import type { ColumnRequest, LineParser, TokenSink } from './columns.ts'
import { isBlank, quote } from './conllLayout.ts'
import { chunksOfParse } from './parseChunks.ts'

export const CONLL2012_TAGS = ['POS', 'NER', 'CHUNK'] as const
type Tag = (typeof CONLL2012_TAGS)[number]

const BEGIN = '#begin document'
const NUMBER = 2
const WORD = 3
const POS = 4
const PARSE = 5
const NAMES = 10
/** The source column of the words and of each tag. */
export const CONLL2012_SOURCES: Record<Tag | 'WORD', number> = { WORD, POS, NER: NAMES, CHUNK: PARSE }
/** Ten columns, the names, and coreference. */
export const MIN_COLUMNS = 12

/** True if the file starts like CoNLL-2012: with #begin document, or a row with word number 0 and a parse bit. */
export function looksLikeConll2012(lines: readonly (string | null)[]): boolean {
  const first = lines.find((line) => line !== null && !isBlank(line)) ?? ''
  if (first.startsWith(BEGIN)) return true
  const fields = conll2012Fields(first)
  return fields.length >= MIN_COLUMNS && fields[NUMBER] === '0' && /^\([A-Z]/.test(fields[PARSE])
}

/** The columns of a row. A no-break space is part of a word, as in OntoNotes. */
export function conll2012Fields(line: string): string[] {
  return line.split(/[ \t]+/).filter((field) => field !== '')
}

interface Row {
  fields: string[]
  line: number
}

/**
 * Returns a parser for the requested tags. Reports to the sink: lines that are not UTF-8, too few columns, word numbers
 * out of sequence, unbalanced brackets.
 */
export function conll2012Parser(request: ColumnRequest, sink: TokenSink): LineParser {
  const tags = request.tags.map(({ key, tasks }) => {
    const tag = CONLL2012_TAGS.find((name) => name === key.toUpperCase())
    if (tag === undefined)
      sink.fileProblem(null, `found the tags ${CONLL2012_TAGS.join(', ')}, expected ${key}`, tasks.join(', '))
    return tag
  })
  const usable = tags.filter((tag) => tag !== undefined)
  let rows: Row[] = []

  const finish = () => {
    if (rows.length > 0) writeSentence(rows, usable, sink)
    rows = []
    sink.endSentence()
  }
  const parse = (line: string | null, lineNumber: number) => {
    if (usable.length < tags.length) return
    if (line === null) return sink.problem(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (separates(line)) return finish()
    const fields = conll2012Fields(line)
    if (fields.length < MIN_COLUMNS)
      return sink.problem(
        lineNumber,
        `found ${fields.length} columns separated by spaces (${quote(line)}), expected at least ${MIN_COLUMNS}`,
      )
    if (Number(fields[NUMBER]) !== rows.length)
      sink.problem(lineNumber, `found the word number ${fields[NUMBER]}, expected ${rows.length}`)
    rows.push({ fields, line: lineNumber })
  }
  return Object.assign(parse, { end: finish, separates })
}

const separates = (line: string) => isBlank(line) || line.startsWith(BEGIN) || line.startsWith('#end document')

function writeSentence(rows: Row[], tags: Tag[], sink: TokenSink): void {
  const values = tags.map((tag) => tagsOf(tag, rows, sink))
  rows.forEach(({ fields, line }, t) => {
    sink.put(0, fields[WORD])
    values.forEach((own, i) => sink.put(i + 1, own[t]))
    sink.endToken(line)
  })
}

function tagsOf(tag: Tag, rows: Row[], sink: TokenSink): string[] {
  if (tag === 'POS') return rows.map(({ fields }) => fields[POS])
  if (tag === 'NER') return namesOf(rows, sink)
  const chunks = chunksOfParse(rows.map(({ fields }) => ({ bits: fields[PARSE], pos: fields[POS] })))
  if (chunks !== null) return chunks
  sink.problem(rows[0].line, 'found a parse whose brackets do not match, expected one whole tree a sentence')
  return rows.map(() => 'O')
}

/** Converts `(PERSON*`, `*`, `*)` and `(GPE)` to IOB2. */
function namesOf(rows: Row[], sink: TokenSink): string[] {
  let open: string | null = null
  const tags = rows.map(({ fields, line }) => {
    const starts = /^\(([^()*]+)\*?/.exec(fields[NAMES])
    if (starts !== null && open !== null)
      sink.problem(line, `found the name ${quote(fields[NAMES])} within ${open}, expected names side by side`)
    const tag: string = starts !== null ? `B-${starts[1]}` : open !== null ? `I-${open}` : 'O'
    open = starts?.[1] ?? open
    if (fields[NAMES].endsWith(')')) {
      if (open === null)
        sink.problem(line, `found the end of a name (${quote(fields[NAMES])}), expected its beginning before`)
      open = null
    }
    return tag
  })
  if (open !== null)
    sink.problem(rows.at(-1)!.line, `found the name ${open} open at the end of the sentence, expected its end`)
  return tags
}
