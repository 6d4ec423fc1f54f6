/** The visible part of a weight matrix as SVG: neighbouring blocks of one colour become one rectangle. */
import type { LayerPart } from '../../../shared/network/layout.ts'
import { cssOf, type Grid } from './blocks.ts'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
  colour: number
}

export interface Region {
  rows: [number, number]
  columns: [number, number]
}

/** The coloured blocks of a region, in weights, cut at its edges; blocks of the background colour are left out. */
export function rectanglesOf(
  { rowEdges, columnEdges, rowBlock, columnBlock }: Grid,
  colours: Uint32Array,
  background: number,
  { rows, columns }: Region,
): Rectangle[] {
  const across = columnEdges.length - 1
  const found: Rectangle[] = []
  /** Rectangles of the row of blocks above, by their left edge. */
  let above = new Map<number, Rectangle>()
  for (let r = rowBlock[rows[0]]; r <= rowBlock[rows[1] - 1]; r++) {
    const [top, bottom] = [Math.max(rows[0], rowEdges[r]), Math.min(rows[1], rowEdges[r + 1])]
    const here = new Map<number, Rectangle>()
    for (let c = columnBlock[columns[0]]; c <= columnBlock[columns[1] - 1];) {
      const colour = colours[r * across + c]
      const left = Math.max(columns[0], columnEdges[c])
      while (c <= columnBlock[columns[1] - 1] && colours[r * across + c] === colour) c++
      const right = Math.min(columns[1], columnEdges[c])
      if (colour === background) continue
      const over = above.get(left)
      if (over !== undefined && over.colour === colour && over.width === right - left) {
        over.height += bottom - top
        here.set(left, over)
      } else {
        const rectangle = { x: left, y: top, width: right - left, height: bottom - top, colour }
        found.push(rectangle)
        here.set(left, rectangle)
      }
    }
    above = here
  }
  return found
}

export interface DrawingLook {
  title: string
  /** Pixels per weight. */
  scale: number
  background: string
  text: string
  rows: readonly LayerPart[]
  columns: readonly LayerPart[]
  legend: readonly { label: string; colour: string }[]
}

/** The rectangles with the names of the matrix's parts, lines between them, and a legend. */
export function svgOfWeights(rectangles: readonly Rectangle[], { rows, columns }: Region, look: DrawingLook): string {
  const { scale, text } = look
  const [gutter, head, foot] = [70, 44, 24]
  const [width, height] = [scale * (columns[1] - columns[0]), scale * (rows[1] - rows[0])]
  const [x, y] = [
    (column: number) => short(gutter + scale * (column - columns[0])),
    (row: number) => short(head + scale * (row - rows[0])),
  ]
  const paths = Map.groupBy(rectangles, ({ colour }) => colour)
  const outline = (one: Rectangle) => {
    const [wide, high] = [scale * one.width, scale * one.height]
    return `M${x(one.x)} ${y(one.y)}h${short(wide)}v${short(high)}h${short(-wide)}z`
  }
  const boxes = [...paths].map(
    ([colour, group]) => `<path fill="${cssOf(colour)}" d="${group.map(outline).join('')}"/>`,
  )
  const line = (d: string) => `<path d="${d}" stroke="${text}" stroke-opacity=".5"/>`
  const named = (content: string, at: string) => `<text ${at} fill="${text}">${escaped(content)}</text>`
  const columnMarks = placed(look.columns).flatMap(({ name, start, end }) => [
    ...(start > columns[0] && start < columns[1] ? [line(`M${x(start)} ${head}v${short(height)}`)] : []),
    ...(end > columns[0] && start < columns[1]
      ? [
          named(
            name,
            `x="${x((Math.max(start, columns[0]) + Math.min(end, columns[1])) / 2)}" y="${head - 6}" text-anchor="middle"`,
          ),
        ]
      : []),
  ])
  const rowMarks = placed(look.rows).flatMap(({ name, start, end }) => [
    ...(start > rows[0] && start < rows[1] ? [line(`M${gutter} ${y(start)}h${short(width)}`)] : []),
    ...(end > rows[0] && start < rows[1]
      ? [
          named(
            name,
            `x="${gutter - 6}" y="${short(Number(y((Math.max(start, rows[0]) + Math.min(end, rows[1])) / 2)) + 4)}" text-anchor="end"`,
          ),
        ]
      : []),
  ])
  let at = gutter
  const legend = look.legend.flatMap(({ label, colour }) => {
    const left = at
    at += 26 + 6.6 * label.length
    return [
      `<rect x="${short(left)}" y="${short(head + height + 10)}" width="10" height="10" fill="${colour}"/>`,
      named(label, `x="${short(left + 15)}" y="${short(head + height + 19)}"`),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${short(Math.max(gutter + width + 10, at))}" ` +
      `height="${short(head + height + foot + 4)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(look.title)}</title><rect width="100%" height="100%" fill="${look.background}"/>`,
    named(look.title, `x="${gutter}" y="18" font-weight="600"`),
    ...boxes,
    `<rect x="${gutter}" y="${head}" width="${short(width)}" height="${short(height)}" fill="none" ` +
      `stroke="${text}" stroke-opacity=".5"/>`,
    ...columnMarks,
    ...rowMarks,
    ...legend,
    '</svg>',
  ].join('\n')
}

/** Where each part begins and ends. */
export function placed(parts: readonly LayerPart[]): { name: string; start: number; end: number }[] {
  let end = 0
  return parts.map(({ name, count }) => ({ name, start: end, end: (end += count) }))
}

/** "104 (char 4)": a row or column with its part and its number in that part. Both count from 0. */
export function placeIn(parts: readonly LayerPart[], index: number): string {
  const part = placed(parts).find(({ start, end }) => index >= start && index < end)
  return part === undefined ? String(index) : `${index} (${part.name} ${index - part.start})`
}

const short = (value: number): string => String(Number(value.toFixed(2)))
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
