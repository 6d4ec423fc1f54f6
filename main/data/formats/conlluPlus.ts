/** CoNLL-U Plus (universaldependencies.org/ext-format.html): CoNLL-U with the columns named by `# global.columns`. */
import type { ColumnRequest, LineParser, TokenSink } from '../columns.ts'
import { isBlank, quote } from '../conllLayout.ts'
import { columnIndices, type FormatOptions } from './columnNames.ts'

const HEADER = /^#\s*global\.columns\s*=\s*(.+)$/
const OTHER_ID = /^[0-9]+[-.][0-9]+$/

export function looksLikeConlluPlus(lines: readonly (string | null)[]): boolean {
  return namesOf(lines) !== null
}

function namesOf(lines: readonly (string | null)[]): string[] | null {
  for (const line of lines) {
    if (line === null || isBlank(line)) continue
    if (!line.startsWith('#')) return null
    const names = HEADER.exec(line)?.[1].trim().split(/\s+/)
    if (names !== undefined) return names
  }
  return null
}

export function conlluPlusColumns(sniffed: readonly (string | null)[]): string[] {
  return (namesOf(sniffed) ?? []).filter((name) => !['ID', 'FORM', 'HEAD', 'DEPS'].includes(name))
}

/** Words are FORM. Rows whose ID is a range or an empty node are not tokens. */
export function conlluPlusParser(
  sniffed: readonly (string | null)[],
  request: ColumnRequest,
  sink: TokenSink,
  _options: FormatOptions,
): LineParser {
  const names = namesOf(sniffed) ?? []
  const separates = isBlank
  const [form, id] = ['FORM', 'ID'].map((name) => names.indexOf(name))
  if (form < 0) sink.fileProblem(1, `found the columns ${names.join(', ') || '(none)'}, expected FORM among them`)
  const columns = columnIndices(request, names, sink)
  if (form < 0 || columns === null) return Object.assign(() => {}, { separates })
  let expected = 1
  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) return sink.problem(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (isBlank(line)) {
      expected = 1
      return sink.endSentence()
    }
    if (line.startsWith('#')) return
    const fields = line.split('\t')
    if (fields.length !== names.length)
      return sink.problem(
        lineNumber,
        `found ${fields.length} columns separated by tab (${quote(line)}), ` +
          `expected ${names.length}: ${names.join(', ')}`,
      )
    if (id >= 0 && OTHER_ID.test(fields[id])) return
    if (id >= 0 && Number(fields[id]) !== expected)
      return sink.problem(lineNumber, `found the ID ${quote(fields[id])}, expected ${expected}`)
    expected++
    if (fields[form] === '') return sink.problem(lineNumber, 'found an empty FORM, expected a word')
    const empty = columns.find((c) => fields[c] === '')
    if (empty !== undefined) return sink.problem(lineNumber, `found nothing in ${names[empty]}, expected a tag or _`)
    sink.put(0, fields[form])
    columns.forEach((c, i) => sink.put(i + 1, fields[c]))
    sink.endToken(lineNumber)
  }
  return Object.assign(parse, { separates })
}
