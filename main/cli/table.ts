/** Plain text tables: aligned columns, numbers to the right, split where a terminal is too narrow. */

export interface Column {
  /** Heading; a second line after \n. */
  title: string
  align?: 'left' | 'right'
}

/** Columns that belong together and are never parted by a split, such as dev and test of one task. */
export interface TableOptions {
  /** Widest line allowed; the rest of the columns go to a further table beneath. */
  width?: number
  /** Columns that start every part: usually the names of the rows. */
  fixed?: number
  /** Number of columns kept together when splitting. */
  keep?: number
  /** Columns whose text may be cut to keep within the width, before anything is split. */
  shrink?: readonly number[]
}

const GAP = '  '
/** A column is not cut to less than this. */
const LEAST_WIDTH = 8

/** Lines of the table, without trailing blanks. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const widths = columns.map((column, i) =>
    Math.max(...column.title.split('\n').map(textWidth), ...rows.map((row) => textWidth(row[i] ?? ''))),
  )
  squeeze(widths, options)
  const parts = split(widths, options)
  return parts.flatMap((part, i) => [...(i > 0 ? [''] : []), ...draw(part, columns, rows, widths)])
}

/** Takes the missing room from the widest of the columns that may shrink, a character at a time. */
function squeeze(widths: number[], { width = Infinity, shrink = [] }: TableOptions): void {
  let over = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width
  while (over > 0) {
    const widest = shrink.toSorted((a, b) => widths[b] - widths[a])[0]
    if (widest === undefined || widths[widest] <= LEAST_WIDTH) return
    widths[widest]--
    over--
  }
}

function split(widths: number[], { width = Infinity, fixed = 1, keep = 1 }: TableOptions): number[][] {
  const always = widths.map((_, i) => i).slice(0, fixed)
  const room = (part: number[]) => part.reduce((sum, i) => sum + widths[i] + GAP.length, -GAP.length)
  const parts = [[...always]]
  for (let i = fixed; i < widths.length; i += keep) {
    const group = widths.map((_, j) => j).slice(i, i + keep)
    const last = parts.at(-1)!
    if (last.length > fixed && room([...last, ...group]) > width) parts.push([...always, ...group])
    else last.push(...group)
  }
  return parts
}

function draw(
  part: number[],
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  widths: number[],
): string[] {
  const height = Math.max(...part.map((i) => columns[i].title.split('\n').length))
  const heads = Array.from({ length: height }, (_, line) => columns.map(({ title }) => title.split('\n')[line] ?? ''))
  const rule = widths.map((width) => '─'.repeat(width))
  return [...heads, rule, ...rows].map((row) =>
    part
      .map((i) => pad(fit(row[i] ?? '', widths[i]), widths[i], columns[i].align ?? 'left'))
      .join(GAP)
      .trimEnd(),
  )
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + blanks : blanks + text
}

function fit(text: string, width: number): string {
  return textWidth(text) <= width ? text : cut(text, width)
}

/** Columns a text takes on a terminal: colours take none, East Asian wide characters and emoji take two. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text.replaceAll(/\x1b\[[0-9;]*m/g, '')) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  if (/\p{Mn}|\p{Me}|\u200d/u.test(character)) return 0
  return /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
    character,
  )
    ? 2
    : 1
}

/** The text cut to the width, its end marked. Text must be without colours. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (textWidth(kept + character) > width - 1) break
    kept += character
  }
  return `${kept}…`
}
