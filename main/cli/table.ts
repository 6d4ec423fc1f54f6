/** Plain text tables: aligned columns, numbers to the right, split if the terminal is too narrow. */
import stringWidth from 'string-width'
import { oneLine } from './terminalText.ts'

export interface Column {
  /** Heading; a second line after \n. */
  title: string
  align?: 'left' | 'right'
}

export interface TableOptions {
  /** Widest line allowed; the columns that do not fit go to a further table below. */
  width?: number
  /** Number of columns repeated at the start of every part: usually the names of the rows. */
  fixed?: number
  /** Number of columns that a split keeps together, such as dev and test of one task. */
  keep?: number
  /** Columns whose text may be shortened to fit the width, before anything is split. */
  shrink?: readonly number[]
}

const GAP = '  '
/** No column is shortened to less than this. */
const MIN_WIDTH = 8

/** Lines of the table, without trailing blanks. Control characters in cells are escaped. */
export function table(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const rows = cells.map((row) => row.map(oneLine))
  const heads = columns.map(({ title }) => title.split('\n').map(oneLine))
  const widths = heads.map((head, i) => Math.max(...head.map(textWidth), ...rows.map((row) => textWidth(row[i] ?? ''))))
  shrinkColumns(widths, options)
  const parts = split(widths, options)
  return parts.flatMap((part, i) => [...(i > 0 ? [''] : []), ...draw(part, columns, heads, rows, widths)])
}

/** Narrows the widest of the columns that may shrink, one character at a time, until the table fits. */
function shrinkColumns(widths: number[], { width = Infinity, shrink = [] }: TableOptions): void {
  let over = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width
  while (over > 0) {
    const widest = shrink.toSorted((a, b) => widths[b] - widths[a])[0]
    if (widest === undefined || widths[widest] <= MIN_WIDTH) return
    widths[widest]--
    over--
  }
}

function split(widths: number[], { width = Infinity, fixed = 1, keep = 1 }: TableOptions): number[][] {
  const always = widths.map((_, i) => i).slice(0, fixed)
  const widthOf = (part: number[]) => part.reduce((sum, i) => sum + widths[i] + GAP.length, -GAP.length)
  const parts = [[...always]]
  for (let i = fixed; i < widths.length; i += keep) {
    const group = widths.map((_, j) => j).slice(i, i + keep)
    const last = parts.at(-1)!
    if (last.length > fixed && widthOf([...last, ...group]) > width) parts.push([...always, ...group])
    else last.push(...group)
  }
  return parts
}

function draw(
  part: number[],
  columns: readonly Column[],
  heads: readonly string[][],
  rows: readonly (readonly string[])[],
  widths: number[],
): string[] {
  const height = Math.max(...part.map((i) => heads[i].length))
  const titles = Array.from({ length: height }, (_, line) => heads.map((head) => head[line] ?? ''))
  const rule = widths.map((width) => '─'.repeat(width))
  return [...titles, rule, ...rows].map((row) =>
    part
      .map((i) => pad(cut(row[i] ?? '', widths[i]), widths[i], columns[i].align ?? 'left'))
      .join(GAP)
      .trimEnd(),
  )
}

/** The value of a setting: text without quotes, lists separated by commas. */
export function plainValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainValue).join(',')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + blanks : blanks + text
}

/** Columns that a text takes on a terminal: styles take none, East Asian wide characters and emoji take two. */
export const textWidth = (text: string): number => stringWidth(text)

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The text shortened to the width, with … at its end. The text must have no styles. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (textWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}
