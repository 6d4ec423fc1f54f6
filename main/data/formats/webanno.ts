/**
 * WebAnno TSV 3 (webanno.github.io, INCEpTION's exports): `#FORMAT`, `#T_SP=layer|feature|…` for each span layer, and
 * sentences with rows `1-1<tab>0-4<tab>word<tab>values`. `PER[2]` is part of annotation 2; `PER` alone is a span of one
 * token. Chains and relations are not tags.
 */
import type { ColumnRequest, LineParser, TokenSink } from '../columns.ts'
import { isBlank, quote } from '../conllLayout.ts'
import { columnIndices, type FormatOptions } from './columnNames.ts'

const TOKEN = /^(\d+)-(\d+)$/
const SUB_TOKEN = /^\d+-\d+\.\d+$/
const PLACE = /^\d+-\d+$/
/** id, place, word. */
const FIXED = 3
const NO_VALUE = new Set(['_', ''])
const ESCAPED = /\\([\\[\]|_\->;*tnr])/g
/** Layers with one value per token rather than spans. */
const TOKEN_LAYERS = /(^|\.)(POS|Lemma|Morpheme|MorphologicalFeatures|Stem|Token)$/

interface Column {
  name: string
  spans: boolean
}

export function looksLikeWebanno(firstLine: string): boolean {
  return /^#FORMAT=WebAnno TSV 3/.test(firstLine)
}

/** All columns in row order; relations and chains have an empty name. */
function columnsOf(sniffed: readonly (string | null)[]): Column[] {
  const columns: Column[] = []
  for (const line of sniffed) {
    const [, kind, rest] = /^#T_(SP|CH|RL)=(.*)$/.exec(line ?? '') ?? []
    if (kind === undefined) continue
    const [layer, ...features] = rest.split('|')
    const short = layer.split('.').at(-1)!
    const named = features.filter((feature) => feature !== '')
    for (const feature of named) {
      const own = kind === 'SP' && !feature.startsWith('ROLE_') && !feature.startsWith('BT_')
      const plain = feature.split(':').at(-1)!.split('.').at(-1)!
      columns.push({ name: own ? `${short}.${plain}` : '', spans: !TOKEN_LAYERS.test(layer) })
    }
    // A layer without features still has a column.
    if (named.length === 0) columns.push({ name: kind === 'SP' ? short : '', spans: true })
    if (kind === 'RL' && !features.some((feature) => feature.startsWith('BT_'))) columns.push({ name: '', spans: true })
  }
  return columns
}

export function webannoColumns(sniffed: readonly (string | null)[]): string[] {
  return columnsOf(sniffed).flatMap(({ name }) => (name === '' ? [] : [name]))
}

interface Row {
  line: number
  word: string
  fields: string[]
}

export function webannoParser(
  sniffed: readonly (string | null)[],
  request: ColumnRequest,
  sink: TokenSink,
  _options: FormatOptions,
): LineParser {
  const all = columnsOf(sniffed)
  const columns = columnIndices(
    request,
    all.map(({ name }) => name),
    sink,
  )
  let rows: Row[] = []
  const finish = () => {
    if (rows.length > 0)
      writeSentence(
        rows,
        columns!.map((c) => ({ c, ...all[c] })),
        sink,
      )
    rows = []
    sink.endSentence()
  }
  const parse = (line: string | null, lineNumber: number) => {
    if (columns === null) return
    if (line === null) return sink.problem(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    if (isBlank(line)) return finish()
    if (line.startsWith('#')) return
    const fields = line.split('\t')
    if (SUB_TOKEN.test(fields[0])) return checkSubToken(fields, lineNumber, columns, sink)
    const [, , number] = TOKEN.exec(fields[0]) ?? []
    if (number === undefined || !PLACE.test(fields[1] ?? '') || (fields[2] ?? '') === '')
      return sink.problem(lineNumber, `found ${quote(line)}, expected a token like 1-1, its place and the word`)
    if (Number(number) !== rows.length + 1)
      return sink.problem(
        lineNumber,
        `found the token ${fields[0]}, expected number ${rows.length + 1} of its sentence`,
      )
    if (fields.length < FIXED + all.length)
      return sink.problem(lineNumber, `found ${fields.length} columns, expected ${FIXED + all.length}`)
    rows.push({ line: lineNumber, word: fields[2].replace(ESCAPED, unescaped), fields: fields.slice(FIXED) })
  }
  return Object.assign(parse, { separates: isBlank, end: finish })
}

/** Reports spans that begin or end within a token, which tags cannot represent. */
function checkSubToken(fields: string[], line: number, columns: number[], sink: TokenSink): void {
  const value = columns.map((c) => fields[FIXED + c] ?? '_').find((field) => !NO_VALUE.has(field))
  if (value !== undefined)
    sink.problem(line, `found ${value} on a part of a word (${fields[0]}), expected spans of whole words`)
}

function writeSentence(rows: Row[], columns: (Column & { c: number })[], sink: TokenSink): void {
  const tags = columns.map((column) => tagsOf(rows, column, sink))
  rows.forEach(({ word, line }, t) => {
    sink.put(0, word)
    tags.forEach((own, i) => sink.put(i + 1, own[t]))
    sink.endToken(line)
  })
}

/** Spans as IOB2 tags; token values unchanged. */
function tagsOf(rows: Row[], { c, name, spans }: Column & { c: number }, sink: TokenSink): string[] {
  let open: string | null = null
  return rows.map(({ fields, line }) => {
    const field = fields[c]
    if (NO_VALUE.has(field)) {
      open = null
      return spans ? 'O' : '_'
    }
    const values = field.split(/(?<!\\)\|/)
    if (values.length > 1)
      sink.problem(line, `found ${values.length} values of ${name} on one word (${quote(field)}), expected one`)
    const [, type, id] = /^(.*?)(?:\[(\d+)\])?$/s.exec(values[0])!
    const label = type.replace(ESCAPED, unescaped)
    if (!spans) return label
    const continues: boolean = id !== undefined && open === id
    open = id ?? null
    // A span without a value gets the layer's name as its type.
    return `${continues ? 'I' : 'B'}-${label === '*' || label === '_' || label === '' ? name.split('.')[0] : label}`
  })
}

function unescaped(_: string, char: string): string {
  return { t: '\t', n: '\n', r: '\r' }[char] ?? char
}
