/** The report as Markdown. */
import type { ExperimentReport } from '../figures.ts'
import { conditions, dataLines, sections, type Cell, type Table } from './words.ts'

/** `pictures`: the names of the picture files, and what each shows. */
export function toMarkdown(report: ExperimentReport, pictures: readonly { file: string; title: string }[]): string {
  const { title, about } = report.definition
  return [
    `# ${title}`,
    '',
    about,
    '',
    ...sections(report).flatMap((section) => [`## ${section.title}`, '', ...section.tables.flatMap(table)]),
    ...(pictures.length === 0
      ? []
      : ['## Pictures', '', ...pictures.flatMap((one) => [`![${one.title}](${one.file})`, ''])]),
    '## Conditions',
    '',
    ...conditions(report).map((line) => `- ${line}`),
    '',
    '## Data',
    '',
    ...dataLines(report).map((line) => `- ${line}`),
    '',
  ].join('\n')
}

function table({ title, columns, rows, note }: Table): string[] {
  const line = (cells: readonly Cell[]) => `| ${cells.map(plain).join(' | ')} |`
  return [
    `### ${title}`,
    '',
    line(columns.map((column) => column.title)),
    `|${columns.map(({ number }) => (number ? '---:' : '---')).join('|')}|`,
    ...rows.map(line),
    '',
    ...(note === null ? [] : [note, '']),
  ]
}

function plain(cell: Cell): string {
  if (typeof cell === 'string') return cell.replaceAll('|', '\\|')
  const { number, mark, detail } = cell
  // A bare asterisk would begin emphasis.
  return [number, mark.replaceAll('*', '\\*'), detail === '' ? '' : `(${detail})`]
    .filter((part) => part !== '')
    .join(' ')
}
