/** The view of a weight matrix: its scale and its upper left corner. Screen lengths are CSS pixels. No DOM. */

export interface Size {
  width: number
  height: number
}

export interface Viewport {
  /** Pixels per weight. */
  scale: number
  /** The column and the row at the left and upper edge; negative where the matrix is smaller than the screen. */
  left: number
  top: number
}

/** The largest scale. */
const MAX_SCALE = 40
/** The smallest readable size of a block. */
const READABLE = 3
const BLOCKS = [1, 2, 4, 8, 16, 32, 64]

/** Shows the whole matrix, centred. `screen`: the room for it, `matrix`: its columns and rows. */
export function whole(screen: Size, matrix: Size): Viewport {
  const scale = Math.min(MAX_SCALE, screen.width / matrix.width, screen.height / matrix.height)
  return clamped({ scale, left: 0, top: 0 }, screen, matrix)
}

/** Zooms by a factor; the weight under the given point of the screen stays there. */
export function zoomed(view: Viewport, factor: number, x: number, y: number, screen: Size, matrix: Size): Viewport {
  const scale = Math.min(MAX_SCALE, Math.max(whole(screen, matrix).scale, view.scale * factor))
  return clamped(
    { scale, left: view.left + x / view.scale - x / scale, top: view.top + y / view.scale - y / scale },
    screen,
    matrix,
  )
}

/** Moves by pixels. */
export function moved(view: Viewport, dx: number, dy: number, screen: Size, matrix: Size): Viewport {
  return clamped({ ...view, left: view.left + dx / view.scale, top: view.top + dy / view.scale }, screen, matrix)
}

/** Moves as little as needed to show a weight. */
export function showing(view: Viewport, row: number, column: number, screen: Size, matrix: Size): Viewport {
  const along = (start: number, at: number, pixels: number) => {
    const visible = pixels / view.scale
    return at < start ? at : at + 1 > start + visible ? at + 1 - visible : start
  }
  return clamped(
    { ...view, left: along(view.left, column, screen.width), top: along(view.top, row, screen.height) },
    screen,
    matrix,
  )
}

/** Leaves no empty screen beside the matrix; centres it where it is smaller. */
export function clamped({ scale, left, top }: Viewport, screen: Size, matrix: Size): Viewport {
  const along = (start: number, pixels: number, count: number) => {
    const visible = pixels / scale
    return visible >= count ? (count - visible) / 2 : Math.min(Math.max(0, start), count - visible)
  }
  return { scale, left: along(left, screen.width, matrix.width), top: along(top, screen.height, matrix.height) }
}

/** Weights per side of the smallest readable block at this scale; 1 where single weights are readable. */
export function blockAt(scale: number): number {
  return BLOCKS.find((block) => block * scale >= READABLE) ?? BLOCKS.at(-1)!
}

/** The weight at a point of the screen, or null beside the matrix. */
export function weightAt(view: Viewport, x: number, y: number, matrix: Size): { row: number; column: number } | null {
  const [row, column] = [Math.floor(view.top + y / view.scale), Math.floor(view.left + x / view.scale)]
  return row >= 0 && row < matrix.height && column >= 0 && column < matrix.width ? { row, column } : null
}

/** The visible rows and columns: first, and one after the last. */
export function visible(
  view: Viewport,
  screen: Size,
  matrix: Size,
): { rows: [number, number]; columns: [number, number] } {
  const along = (start: number, pixels: number, count: number): [number, number] => [
    Math.max(0, Math.floor(start)),
    Math.min(count, Math.ceil(start + pixels / view.scale)),
  ]
  return { rows: along(view.top, screen.height, matrix.height), columns: along(view.left, screen.width, matrix.width) }
}
