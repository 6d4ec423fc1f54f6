/** The report as one self-contained HTML file. */
import type { ExperimentReport } from '../figures.ts'
import { conditions, dataLines, sections, type Table } from './words.ts'

const STYLE = `
  :root { color-scheme: light dark; --text: light-dark(#1b2130, #e8ebf1); --faint: light-dark(#5a6478, #a0a9b9); --line: light-dark(#dfe3ea, #343a46); --ground: light-dark(#ffffff, #15171c) }
  body { margin: 0 auto; max-width: 1100px; padding: 32px 24px; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, sans-serif }
  table { border-collapse: collapse; margin: 8px 0 } th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap }
  .number { text-align: right; font-variant-numeric: tabular-nums } .scroll { overflow-x: auto } .note { color: var(--faint); font-size: 13px; max-width: 80ch }
  svg { max-width: 100%; height: auto } li { overflow-wrap: anywhere }`

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

function table({ title, columns, rows, note }: Table): string {
  const cell = (tag: string, text: string, number: boolean, more = '') =>
    `<${tag}${more}${number ? ' class="number"' : ''}>${escaped(text)}</${tag}>`
  return [
    `<h3>${escaped(title)}</h3>`,
    '<div class="scroll"><table>',
    `<thead><tr>${columns.map((column) => cell('th', column.title, column.number, ' scope="col"')).join('')}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${row.map((text, i) => (i === 0 ? cell('th', text, columns[i].number, ' scope="row"') : cell('td', text, columns[i].number))).join('')}</tr>`).join('\n')}</tbody>`,
    '</table></div>',
    note === null ? '' : `<p class="note">${escaped(note)}</p>`,
  ].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
