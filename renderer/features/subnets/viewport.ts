/** The window on a weight matrix: how large a weight is drawn, and which one is in the corner. Lengths on the screen are CSS pixels. */

export interface Size {
  width: number
  height: number
}

export interface Viewport {
  /** Pixels a weight. */
  scale: number
  /** The column and the row at the left and upper edge; negative where the matrix is smaller than the screen. */
  left: number
  top: number
}

/** A weight is never drawn larger. */
const LARGEST = 40
/** The least size of a block that an eye can tell from its neighbour. */
const READABLE = 3
const BLOCKS = [1, 2, 4, 8, 16, 32, 64]

/** All of the matrix, in the middle. `screen` is the place for it, `matrix` its columns and rows. */
export function whole(screen: Size, matrix: Size): Viewport {
  const scale = Math.min(LARGEST, screen.width / matrix.width, screen.height / matrix.height)
  return held({ scale, left: 0, top: 0 }, screen, matrix)
}

/** Closer by a factor; what is at the point of the screen stays there. */
export function zoomed(view: Viewport, factor: number, x: number, y: number, screen: Size, matrix: Size): Viewport {
  const scale = Math.min(LARGEST, Math.max(whole(screen, matrix).scale, view.scale * factor))
  return held(
    { scale, left: view.left + x / view.scale - x / scale, top: view.top + y / view.scale - y / scale },
    screen,
    matrix,
  )
}

/** Moved by pixels. */
export function moved(view: Viewport, dx: number, dy: number, screen: Size, matrix: Size): Viewport {
  return held({ ...view, left: view.left + dx / view.scale, top: view.top + dy / view.scale }, screen, matrix)
}

/** So that this weight is on the screen. */
export function showing(view: Viewport, row: number, column: number, screen: Size, matrix: Size): Viewport {
  const along = (start: number, at: number, pixels: number) => {
    const visible = pixels / view.scale
    return at < start ? at : at + 1 > start + visible ? at + 1 - visible : start
  }
  return held(
    { ...view, left: along(view.left, column, screen.width), top: along(view.top, row, screen.height) },
    screen,
    matrix,
  )
}

/** No empty screen beside the matrix; in the middle where it is smaller. */
export function held({ scale, left, top }: Viewport, screen: Size, matrix: Size): Viewport {
  const along = (start: number, pixels: number, count: number) => {
    const visible = pixels / scale
    return visible >= count ? (count - visible) / 2 : Math.min(Math.max(0, start), count - visible)
  }
  return { scale, left: along(left, screen.width, matrix.width), top: along(top, screen.height, matrix.height) }
}

/** Weights a side of the blocks that can be told apart at this scale: 1 when every weight can. */
export function blockAt(scale: number): number {
  return BLOCKS.find((block) => block * scale >= READABLE) ?? BLOCKS.at(-1)!
}

/** Where the screen's point lies: row and column, or null beside the matrix. */
export function weightAt(view: Viewport, x: number, y: number, matrix: Size): { row: number; column: number } | null {
  const [row, column] = [Math.floor(view.top + y / view.scale), Math.floor(view.left + x / view.scale)]
  return row >= 0 && row < matrix.height && column >= 0 && column < matrix.width ? { row, column } : null
}

/** Rows and columns of which something is seen: from the first up to, without, the last. */
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
