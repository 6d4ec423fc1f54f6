/** Colours of heat maps, and their pictures as SVG. No DOM. */
import { escaped } from '../../shared/util/svg.ts'

/** `share` of `full` over `empty`; colours as `rgb(r, g, b)`, which browsers resolve all colours to. */
export function mixed(empty: string, full: string, share: number): string {
  const [from, to] = [channels(empty), channels(full)]
  return `rgb(${from.map((value, i) => Math.round(value + share * (to[i] - value))).join(', ')})`
}

const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? ['0', '0', '0']).slice(0, 3).map(Number)

export interface HeatCell {
  /** From 0 to 1. */
  share: number
  text: string
  explanation: string
}

export interface HeatMap {
  rows: readonly string[]
  columns: readonly string[]
  /** By row, then column. */
  cells: readonly (readonly HeatCell[])[]
  /** What the rows and the columns are. */
  rowTitle: string
  columnTitle: string
}

export interface HeatColours {
  empty: string
  full: string
  text: string
  faint: string
  onFull: string
}

/** The colours of a theme (theme.ts). */
export function heatColours({ surface, text, faint, dark, token }: HeatTheme): HeatColours {
  return {
    ...{ empty: surface, full: token('--accent'), text, faint },
    onFull: dark ? 'rgb(16, 18, 24)' : 'rgb(255, 255, 255)',
  }
}

interface HeatTheme {
  surface: string
  text: string
  faint: string
  dark: boolean
  token(name: string): string
}

const LETTER = 6.4

/** Where everything lies, in pixels. */
export function heatLayout({ rows, columns }: Pick<HeatMap, 'rows' | 'columns'>, cell: number) {
  const longest = (names: readonly string[]) => Math.max(0, ...names.map((name) => name.length))
  const left = 26 + LETTER * Math.min(24, longest(rows))
  const top = 26 + LETTER * Math.min(24, longest(columns)) * 0.72
  const overhang = LETTER * Math.min(24, longest(columns)) * 0.7
  return { left, top, width: left + cell * columns.length + overhang, height: top + cell * rows.length + 6 }
}

/** Text is readable on cells of this size. */
export const TEXT_CELL = 30

/** The heat map as one SVG file. */
export function heatSvg(map: HeatMap, cell: number, title: string, colours: HeatColours): string {
  const { left, top, width, height } = heatLayout(map, cell)
  const font = `font-family="system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif" font-size="11"`
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${font}>`,
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${colours.empty}"/>`,
    `<text x="4" y="14" fill="${colours.faint}">${escaped(`${map.rowTitle} ↓  ${map.columnTitle} →`)}</text>`,
  ]
  map.columns.forEach((name, c) => {
    const x = left + cell * (c + 0.5)
    parts.push(
      `<text transform="translate(${x} ${top - 5}) rotate(-45)" fill="${colours.text}">${escaped(short(name))}</text>`,
    )
  })
  map.rows.forEach((name, r) => {
    const y = top + cell * (r + 0.5) + 4
    parts.push(`<text x="${left - 6}" y="${y}" text-anchor="end" fill="${colours.text}">${escaped(short(name))}</text>`)
    map.cells[r].forEach(({ share, text, explanation }, c) => {
      const [x, cellTop] = [left + cell * c, top + cell * r]
      const fill = mixed(colours.empty, colours.full, share)
      parts.push(
        `<rect x="${x}" y="${cellTop}" width="${cell - 1}" height="${cell - 1}" fill="${fill}">` +
          `<title>${escaped(explanation)}</title></rect>`,
      )
      if (cell >= TEXT_CELL && text !== '')
        parts.push(
          `<text x="${x + cell / 2}" y="${cellTop + cell / 2 + 4}" text-anchor="middle" pointer-events="none" ` +
            `fill="${share > 0.55 ? colours.onFull : colours.text}">${escaped(text)}</text>`,
        )
    })
  })
  return [...parts, '</svg>', ''].join('\n')
}

export const short = (name: string) => (name.length > 24 ? `${name.slice(0, 23)}…` : name)
