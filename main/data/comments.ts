/**
 * Recognises comment lines in column files: `# id 1 domain=en` (MultiCoNER), `#<tab>url<tab>date` (GermEval),
 * `# sent_id = 1` (Universal NER), `###MEDLINE:1` (JNLPBA). A token `#` is not a comment.
 */
import { isBlank, splitColumns, type ConllLayout } from './conllLayout.ts'

/** Lines sampled to collect the values of each column. */
const LINES_SAMPLED = 20_000
/** A column with more distinct values than this is not used. */
const MAX_VALUES = 500
const SPAN_TAG = /^[BIESLUMWO]([-_].+)?$|.[-_][BIESLUMW]$/i
/** Part-of-speech tags that a token `#` may have even if no sampled token has them. */
const PART_OF_SPEECH = /^(#|[A-Z][A-Z$]*)$/
/** Comments whose column count differs from that of tokens: `# …`, `## …`, `#key=value`, `#key:value`. */
const COMMENT = /^#(\s|#|$)|^#\S*[=:]|^#\S+\s/

/** Whether a line is a comment. `open`: the current sentence already has tokens. */
export type CommentTest = (line: string, open: boolean) => boolean

/**
 * Returns the test for the file that begins with `sniffed`. Comments occur only between sentences. A line that begins
 * with # and has as many columns as a token is a token if at least one column after the first has a plausible value.
 */
export function commentTest(sniffed: readonly (string | null)[], layout: ConllLayout): CommentTest {
  const { separator, columns } = layout
  let values: (Set<string> | null)[] | null = null
  return (line, open) => {
    if (line.charCodeAt(0) !== 0x23) return false
    const fields = splitColumns(line, separator)
    if (fields.length > columns) return !open && COMMENT.test(line)
    if (open) return false
    values ??= learnValues(sniffed, layout)
    if (fields.length < columns) {
      // A truncated row is a token with a problem.
      const cut = fields.length > 1 && fields.slice(1).every((field, i) => values![i + 1]?.has(field) ?? false)
      return !cut && COMMENT.test(line)
    }
    if (columns === 1) return line.length > 1 && COMMENT.test(line)
    // No token has been sampled yet (standard input): decide by the line alone.
    if (values[0]?.size === 0) return !SPAN_TAG.test(fields.at(-1)!) && !PART_OF_SPEECH.test(fields.at(-1)!)
    return !fields.slice(1).some((field, i) => isPlausible(field, values![i + 1]))
  }
}

function isPlausible(field: string, known: Set<string> | null | undefined): boolean {
  // A column without known values gives no evidence.
  if (known === null || known === undefined || known.size === 0) return false
  if (known.has(field)) return field !== '_' && field !== ''
  const spans = [...known].some((value) => value.toUpperCase() !== 'O' && SPAN_TAG.test(value))
  if (spans) return SPAN_TAG.test(field)
  return [...known].some((value) => PART_OF_SPEECH.test(value)) && PART_OF_SPEECH.test(field)
}

/** The values of each column in lines that do not begin with #; null where there are more than MAX_VALUES. */
function learnValues(sniffed: readonly (string | null)[], { separator, columns }: ConllLayout): (Set<string> | null)[] {
  const values = Array.from({ length: columns }, (): Set<string> | null => new Set())
  for (const line of sniffed.slice(0, LINES_SAMPLED)) {
    if (line === null || isBlank(line) || line.startsWith('#')) continue
    splitColumns(line, separator).forEach((field, c) => {
      const seen = values[c]
      seen?.add(field)
      if (seen !== null && seen !== undefined && seen.size > MAX_VALUES) values[c] = null
    })
  }
  return values
}
