/** Draws a weight matrix on a canvas: the picture, lines between its parts, their names at the edges, the cursor. */
import type { LayerPart } from '../../../shared/network/layout.ts'
import { placed } from './drawing.ts'
import { visible, type Size, type Viewport } from './viewport.ts'

/** Room for the names of the rows and of the columns. */
export const GUTTER = { left: 74, top: 22 }

export interface Scene {
  /** One pixel per weight. */
  image: CanvasImageSource
  matrix: Size
  rows: readonly LayerPart[]
  columns: readonly LayerPart[]
  view: Viewport
  /** Of the canvas, in CSS pixels. */
  size: Size
  ratio: number
  background: string
  text: string
  faint: string
  /** In weights: the block or weight that the pointer or the keyboard is at. */
  cursor: { left: number; top: number; width: number; height: number } | null
}

/** The part of the canvas for the matrix itself. */
export const screenOf = ({ width, height }: Size): Size => ({
  width: Math.max(1, width - GUTTER.left),
  height: Math.max(1, height - GUTTER.top),
})

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const { size, ratio, view, matrix, background } = scene
  const screen = screenOf(size)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.fillStyle = background
  context.fillRect(0, 0, size.width, size.height)
  drawNames(context, scene, screen)
  context.save()
  context.beginPath()
  context.rect(GUTTER.left, GUTTER.top, screen.width, screen.height)
  context.clip()
  context.translate(GUTTER.left - view.left * view.scale, GUTTER.top - view.top * view.scale)
  const { rows, columns } = visible(view, screen, matrix)
  const [x, y, width, height] = [columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0]]
  // Weights have sharp edges; where several share a pixel, they are in blocks already.
  context.imageSmoothingEnabled = false
  context.drawImage(
    scene.image,
    x,
    y,
    width,
    height,
    x * view.scale,
    y * view.scale,
    width * view.scale,
    height * view.scale,
  )
  drawLines(context, scene)
  if (scene.cursor !== null) drawCursor(context, scene, scene.cursor)
  context.restore()
}

function drawLines(context: CanvasRenderingContext2D, { rows, columns, view: { scale }, matrix, text }: Scene): void {
  context.strokeStyle = text
  context.globalAlpha = 0.55
  context.lineWidth = 1
  context.beginPath()
  for (const { start } of placed(columns).slice(1)) {
    context.moveTo(start * scale, 0)
    context.lineTo(start * scale, matrix.height * scale)
  }
  for (const { start } of placed(rows).slice(1)) {
    context.moveTo(0, start * scale)
    context.lineTo(matrix.width * scale, start * scale)
  }
  context.rect(0, 0, matrix.width * scale, matrix.height * scale)
  context.stroke()
  context.globalAlpha = 1
}

function drawCursor(
  context: CanvasRenderingContext2D,
  { view: { scale }, text, background }: Scene,
  { left, top, width, height }: NonNullable<Scene['cursor']>,
): void {
  const frame = (grow: number) =>
    context.strokeRect(left * scale - grow, top * scale - grow, width * scale + 2 * grow, height * scale + 2 * grow)
  // Visible on every colour: a dark line within a light one, or the other way round.
  context.lineWidth = 3
  context.strokeStyle = background
  frame(2)
  context.lineWidth = 1.5
  context.strokeStyle = text
  frame(2)
}

/** Draws the name of each part in the middle of its visible range, where there is room. */
function drawNames(context: CanvasRenderingContext2D, { rows, columns, view, faint }: Scene, screen: Size): void {
  context.fillStyle = faint
  context.font = '12px system-ui, sans-serif'
  context.textBaseline = 'middle'
  const seen = (parts: readonly LayerPart[], first: number, pixels: number) =>
    placed(parts).map(({ name, start, end }) => {
      const [from, to] = [Math.max(0, (start - first) * view.scale), Math.min(pixels, (end - first) * view.scale)]
      return { name, middle: (from + to) / 2, room: to - from }
    })
  context.textAlign = 'center'
  for (const { name, middle, room } of seen(columns, view.left, screen.width)) {
    if (room > context.measureText(name).width + 4)
      context.fillText(name, GUTTER.left + middle, GUTTER.top - 10 + Math.max(0, -view.top * view.scale))
  }
  context.textAlign = 'right'
  for (const { name, middle, room } of seen(rows, view.top, screen.height)) {
    if (room > 14) context.fillText(name, GUTTER.left - 7 + Math.max(0, -view.left * view.scale), GUTTER.top + middle)
  }
}
