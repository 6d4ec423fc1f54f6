/** The report as one self-contained HTML file. */
import type { ExperimentReport } from '../figures.ts'
import { conditions, dataLines, sections, type Cell, type Table } from './words.ts'

const STYLE = `
  :root { color-scheme: light dark; --text: light-dark(#1b2130, #e8ebf1); --faint: light-dark(#5a6478, #a0a9b9); --line: light-dark(#dfe3ea, #343a46); --ground: light-dark(#ffffff, #15171c) }
  body { margin: 0 auto; max-width: 1100px; padding: 32px 24px; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, sans-serif }
  table { border-collapse: collapse; margin: 8px 0 } th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap }
  thead th { vertical-align: bottom; white-space: normal } tbody th { font-weight: 500 }
  .wide { font-size: 13px } .wide th, .wide td { padding: 5px 7px }
  .number { text-align: right; font-variant-numeric: tabular-nums } .scroll { overflow-x: auto } .mark, .detail { display: inline-block; text-align: left } .detail { margin-left: .5em; color: var(--faint) }
  .note { color: var(--faint); font-size: 13px; max-width: 80ch }
  figure { margin: 16px 0 } svg { max-width: 100%; height: auto; border-radius: 6px } li { overflow-wrap: anywhere }`

/** `pictures`: SVG to embed in the page. */
export function toHtml(report: ExperimentReport, pictures: readonly { svg: string; title: string }[]): string {
  const { title, about } = report.definition
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(about)}</p>`,
    ...sections(report).flatMap((section) => [`<h2>${escaped(section.title)}</h2>`, ...section.tables.map(table)]),
    ...(pictures.length === 0 ? [] : ['<h2>Pictures</h2>', ...pictures.map(({ svg }) => `<figure>${svg}</figure>`)]),
    '<h2>Conditions</h2>',
    '<ul>',
    ...conditions(report).map((line) => `<li>${escaped(line)}</li>`),
    '</ul>',
    '<h2>Data</h2>',
    '<ul>',
    ...dataLines(report).map((line) => `<li>${escaped(line)}</li>`),
    '</ul>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

/** Tables with at least this many columns are set narrower, to fit the page. */
const WIDE = 7

function table({ title, columns, rows, note }: Table): string {
  const beside = columns.map((_, i) => besideWidths(rows.map((row) => row[i])))
  const cell = (tag: string, content: string, number: boolean, more = '') =>
    `<${tag}${more}${number ? ' class="number"' : ''}>${content}</${tag}>`
  const line = (row: readonly Cell[]) =>
    row.map((one, i) => {
      const content = cellContent(one, beside[i])
      return i === 0 ? cell('th', content, columns[i].number, ' scope="row"') : cell('td', content, columns[i].number)
    })
  const heads = columns.map((column) => cell('th', escaped(column.title), column.number, ' scope="col"'))
  return [
    `<h3>${escaped(title)}</h3>`,
    `<div class="scroll"><table${columns.length >= WIDE ? ' class="wide"' : ''}>`,
    `<thead><tr>${heads.join('')}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${line(row).join('')}</tr>`).join('\n')}</tbody>`,
    '</table></div>',
    note === null ? '' : `<p class="note">${escaped(note)}</p>`,
  ].join('\n')
}

/** Characters that the longest mark and the longest detail of a column take; 0 if it has none. */
interface BesideWidths {
  mark: number
  detail: number
}

function besideWidths(cells: readonly Cell[]): BesideWidths {
  const longest = (part: 'mark' | 'detail') =>
    Math.max(0, ...cells.map((cell) => (typeof cell === 'string' ? 0 : cell[part].length)))
  return { mark: longest('mark'), detail: longest('detail') }
}

/** Every cell of a column reserves the same room for mark and detail: the digits before them are aligned. */
function cellContent(cell: Cell, { mark, detail }: BesideWidths): string {
  const one = typeof cell === 'string' ? { number: cell, mark: '', detail: '' } : cell
  return [
    escaped(one.number),
    mark === 0 ? '' : `<span class="mark" style="width: ${mark}em">${escaped(one.mark)}</span>`,
    detail === 0 ? '' : `<span class="detail" style="width: ${detail}ch">${escaped(one.detail)}</span>`,
  ].join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
