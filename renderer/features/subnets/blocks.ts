/**
 * A weight matrix in blocks, with the number of weights of each group of combinations per block. A block never spans two
 * parts of the matrix (gates, recurrent rows); the last block of a part may be smaller. A block of size 1 is a weight.
 */
import type { LayerPart } from '../../../shared/network/layout.ts'

export interface Grid {
  /** Where blocks begin, and the end: B + 1 numbers for B blocks. */
  rowEdges: Uint32Array
  columnEdges: Uint32Array
  /** The block of each row, of each column. */
  rowBlock: Uint32Array
  columnBlock: Uint32Array
  groups: number
  /** [row blocks, column blocks, groups] weights. */
  counts: Uint32Array
}

export function gridOf(
  kept: Uint8Array,
  rows: readonly LayerPart[],
  columns: readonly LayerPart[],
  block: number,
  table: Uint8Array,
  groups: number,
): Grid {
  const [rowEdges, columnEdges] = [edgesOf(rows, block), edgesOf(columns, block)]
  const [rowBlock, columnBlock] = [blocksOf(rowEdges), blocksOf(columnEdges)]
  const [height, width, across] = [rowBlock.length, columnBlock.length, columnEdges.length - 1]
  if (kept.length !== height * width)
    throw new RangeError(`${kept.length} weights in a matrix of ${height} × ${width}.`)
  const counts = new Uint32Array((rowEdges.length - 1) * across * groups)
  for (let r = 0, w = 0; r < height; r++) {
    const line = rowBlock[r] * across
    for (let c = 0; c < width; c++, w++) counts[(line + columnBlock[c]) * groups + table[kept[w]]]++
  }
  return { rowEdges, columnEdges, rowBlock, columnBlock, groups, counts }
}

export function edgesOf(parts: readonly LayerPart[], block: number): Uint32Array {
  const edges: number[] = []
  let start = 0
  for (const { count } of parts) {
    for (let at = 0; at < count; at += block) edges.push(start + at)
    start += count
  }
  return Uint32Array.from([...edges, start])
}

function blocksOf(edges: Uint32Array): Uint32Array {
  const block = new Uint32Array(edges.at(-1)!)
  for (let b = 0; b + 1 < edges.length; b++) block.fill(b, edges[b], edges[b + 1])
  return block
}

/** The weights of one block by group. */
export function countsAt({ columnEdges, groups, counts }: Grid, row: number, column: number): Uint32Array {
  const at = (row * (columnEdges.length - 1) + column) * groups
  return counts.subarray(at, at + groups)
}

/** For each block, the share of its weights that belongs to the shown groups. */
function shares(grid: Grid, shown: readonly boolean[]): Float32Array {
  const found = new Float32Array(grid.counts.length / grid.groups)
  for (let b = 0, at = 0; b < found.length; b++) {
    let [part, whole] = [0, 0]
    for (let g = 0; g < grid.groups; g++, at++) {
      whole += grid.counts[at]
      if (shown[g]) part += grid.counts[at]
    }
    found[b] = part / whole
  }
  return found
}

/** The share that is drawn in full colour: the 98th percentile over blocks, so that sparse layers have contrast too. */
export function fullShare(grid: Grid, shown: readonly boolean[]): number {
  const sorted = shares(grid, shown).sort()
  const found = sorted[Math.min(sorted.length - 1, Math.floor(0.98 * sorted.length))]
  return found > 0 ? found : 1
}

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number]

/**
 * A colour per block: that of the shown group with most weights in it, paler for a smaller share of shown weights, full
 * colour from the share `full` on. Colours of groups are never mixed: a mixture would look like another group, or grey. A
 * block without shown weights has the background colour.
 */
export function blockColours(
  grid: Grid,
  colours: readonly Rgb[],
  shown: readonly boolean[],
  background: Rgb,
  full: number,
): Uint32Array {
  const found = new Uint32Array(grid.counts.length / grid.groups)
  for (let b = 0, at = 0; b < found.length; b++) {
    let [most, part, whole, group] = [0, 0, 0, 0]
    for (let g = 0; g < grid.groups; g++, at++) {
      const count = grid.counts[at]
      whole += count
      if (!shown[g] || count === 0) continue
      part += count
      if (count > most) [most, group] = [count, g]
    }
    const strength = Math.min(1, part / whole / full)
    const pale = (channel: 0 | 1 | 2) =>
      Math.round(background[channel] + strength * (colours[group][channel] - background[channel]))
    found[b] = rgba(part === 0 ? background : [pale(0), pale(1), pale(2)])
  }
  return found
}

/** The 32-bit value of a pixel in ImageData on a little-endian machine, as all browsers run on. */
export const rgba = ([red, green, blue]: Rgb): number => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0

export const cssOf = (colour: number): string =>
  `#${[colour & 255, (colour >> 8) & 255, (colour >> 16) & 255].map((part) => part.toString(16).padStart(2, '0')).join('')}`

/** The picture with one pixel per weight. */
export function pixelsOf({ rowBlock, columnBlock, columnEdges }: Grid, colours: Uint32Array): Uint32Array<ArrayBuffer> {
  const [width, across] = [columnBlock.length, columnEdges.length - 1]
  const pixels = new Uint32Array(rowBlock.length * width)
  for (let r = 0, at = 0; r < rowBlock.length; r++) {
    const line = rowBlock[r] * across
    for (let c = 0; c < width; c++, at++) pixels[at] = colours[line + columnBlock[c]]
  }
  return pixels
}
