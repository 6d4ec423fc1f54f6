/** Writes a chart as SVG with lines and text, without a style sheet. No DOM. */
import type { Plot, PlotAxis, PlotBar, PlotLine, Shape } from './plot.ts'

const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif'
const TITLE_HEIGHT = 30
const LEGEND_ROW = 18
const MARGIN = 10
/** Average width of a letter at 12 pixels: text cannot be measured here. */
const LETTER = 6.6
const SWATCH = 24

export function svgOf(plot: Plot): string {
  const legend = laidOut(plot)
  const top = TITLE_HEIGHT + (legend.length === 0 ? 0 : LEGEND_ROW * (1 + legend.at(-1)!.row) + 6)
  const {
    width,
    area,
    colours: { ground, text },
  } = plot
  const height = plot.height + top
  // One page may contain several charts.
  const clip = `area-${plot.title.replace(/[^A-Za-z0-9]+/g, '-')}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" ` +
      `font-family="${FONT}" font-size="12">`,
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="100%" height="100%" fill="${ground}"/>`,
    `<text x="${MARGIN}" y="20" font-size="14" font-weight="600" fill="${text}">${escaped(plot.title)}</text>`,
    ...legend.map((entry) => legendEntry(entry, plot)),
    `<g transform="translate(0 ${n(top)})">`,
    `<clipPath id="${clip}"><rect x="${n(area.left - 8)}" y="${n(area.top - 8)}" width="${n(area.right - area.left + 16)}" height="${n(area.bottom - area.top + 16)}"/></clipPath>`,
    ...axes(plot),
    `<g clip-path="url(#${clip})">`,
    ...plot.bars.map(bar),
    ...plot.lines.flatMap(line),
    '</g>',
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

interface LegendPlace {
  at: number
  x: number
  row: number
}

function laidOut({ legend, width }: Plot): LegendPlace[] {
  let [x, row] = [MARGIN, 0]
  return legend.map(({ name }, at) => {
    const wide = SWATCH + LETTER * name.length + 16
    if (x > MARGIN && x + wide > width) [x, row] = [MARGIN, row + 1]
    const place = { at, x, row }
    x += wide
    return place
  })
}

function legendEntry({ at, x, row }: LegendPlace, { legend, colours }: Plot): string {
  const { name, colour, dash, shape } = legend[at]
  const y = TITLE_HEIGHT + row * LEGEND_ROW + 8
  const sign =
    shape === 'bar'
      ? `<rect x="${x + 4}" y="${y - 5}" width="10" height="10" rx="2" fill="${colour}"/>`
      : `<path d="M${x} ${y}h18" stroke="${colour}" stroke-width="2"${dashes(dash)}/>${shape === 'line' ? '' : dot(x + 9, y, 3, shape, colour, null)}`
  return `${sign}<text x="${x + SWATCH}" y="${y + 4}" fill="${colours.faint}">${escaped(name)}</text>`
}

function axes({ x, y, area, height, colours: { faint, grid } }: Plot): string[] {
  const gridLines = (axis: PlotAxis, path: (at: number) => string) =>
    axis.grid ? axis.ticks.map(({ at }) => `<path d="${path(at)}" stroke="${grid}"/>`) : []
  const [middleX, middleY] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2]
  return [
    ...gridLines(x, (at) => `M${n(at)} ${n(area.top)}V${n(area.bottom)}`),
    ...gridLines(y, (at) => `M${n(area.left)} ${n(at)}H${n(area.right)}`),
    ...x.ticks
      .filter(({ label }) => label !== '')
      .map(
        ({ at, label }) =>
          `<text x="${n(at)}" y="${n(area.bottom + 17)}" text-anchor="middle" fill="${faint}">${escaped(label)}</text>`,
      ),
    ...y.ticks
      .filter(({ label }) => label !== '')
      .map(
        ({ at, label }) =>
          `<text x="${n(area.left - 8)}" y="${n(at + 4)}" text-anchor="end" fill="${faint}">${escaped(label)}</text>`,
      ),
    x.title === ''
      ? ''
      : `<text x="${n(middleX)}" y="${n(height - 6)}" text-anchor="middle" fill="${faint}">${escaped(x.title)}</text>`,
    y.title === ''
      ? ''
      : `<text transform="translate(13 ${n(middleY)}) rotate(-90)" text-anchor="middle" fill="${faint}">${escaped(y.title)}</text>`,
  ].filter((text) => text !== '')
}

function bar({ colour, left, top, width, height, text }: PlotBar): string {
  return (
    `<rect x="${n(left)}" y="${n(top)}" width="${n(width)}" height="${n(height)}" fill="${colour}">` +
    `<title>${escaped(text)}</title></rect>`
  )
}

function line({ colour, width, opacity, dash, points, dots }: PlotLine): string[] {
  const faded = opacity === 1 ? '' : ` stroke-opacity="${n(opacity)}"`
  const path = pathOf(points)
  return [
    path === ''
      ? ''
      : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${n(width)}" stroke-linejoin="round"${faded}${dashes(dash)}/>`,
    ...dots.map(({ x, y, radius, shape, ring }) => dot(x, y, radius, shape, colour, ring)),
  ].filter((text) => text !== '')
}

/** A value that is not a number interrupts the line. */
function pathOf(points: PlotLine['points']): string {
  let pen = 'M'
  let path = ''
  for (const [x, y] of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) pen = 'M'
    else {
      path += `${pen}${n(x)} ${n(y)}`
      pen = 'L'
    }
  }
  return path
}

function dot(x: number, y: number, r: number, shape: Shape, colour: string, ring: string | null): string {
  const look = `fill="${colour}"${ring === null ? '' : ` stroke="${ring}" stroke-width="2"`}`
  const [a, b] = [0.9 * r, 0.87 * r]
  if (shape === 'circle') return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" ${look}/>`
  const path = {
    rect: `M${n(x - a)} ${n(y - a)}h${n(2 * a)}v${n(2 * a)}h${n(-2 * a)}z`,
    rectRot: `M${n(x)} ${n(y - r)}L${n(x + r)} ${n(y)}L${n(x)} ${n(y + r)}L${n(x - r)} ${n(y)}z`,
    triangle: `M${n(x)} ${n(y - r)}L${n(x + b)} ${n(y + r / 2)}L${n(x - b)} ${n(y + r / 2)}z`,
  }[shape]
  return `<path d="${path}" ${look}/>`
}

const dashes = (dash: number[]) => (dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`)

/** Hundredths of a pixel are enough. */
const n = (value: number) => String(Number(value.toFixed(2)))

/** Leaves out characters that XML does not allow. */
export function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
