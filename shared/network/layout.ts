/**
 * The rows and columns of each prunable weight matrix: its named parts, in order. Must match
 * shared/network/parameters.ts.
 */
import type { ModelConfig } from '../settings/config.ts'

/** `count` rows or columns that belong together. */
export interface LayerPart {
  name: string
  count: number
}

export interface LayerLayout {
  rows: LayerPart[]
  columns: LayerPart[]
}

/**
 * The layout of a layer by its name, e.g. `bilstm.0.forward.W`. The counts add up to its shape. An unknown layer is one
 * part.
 */
export function layerLayout(layer: string, shape: readonly number[], model: ModelConfig): LayerLayout {
  if (layer === 'char.conv.W') return convolution(model)
  const [, depth] = /^bilstm\.(\d+)\.(forward|backward)\.W$/.exec(layer) ?? []
  if (depth !== undefined) return lstm(depth === '0', model)
  return {
    rows: [{ name: 'row', count: shape[0] ?? 1 }],
    columns: [{ name: 'column', count: shape.slice(1).reduce((a, b) => a * b, 1) }],
  }
}

/** [(I + H), 4H]: inputs, then the previous state; gates input, forget, cell, output. */
function lstm(first: boolean, { wordDim, charOut, hidden }: ModelConfig): LayerLayout {
  const inputs = first
    ? [
        { name: 'word', count: wordDim },
        { name: 'char', count: charOut },
      ]
    : [
        { name: 'forward', count: hidden },
        { name: 'backward', count: hidden },
      ]
  return {
    rows: [...inputs, { name: 'recurrent', count: hidden }],
    columns: ['i', 'f', 'g', 'o'].map((name) => ({ name, count: hidden })),
  }
}

/** [width · charDim, filters]: position in the window relative to its centre, then dimension of the character. */
function convolution({ charWidth, charDim, charFilters }: ModelConfig): LayerLayout {
  const middle = (charWidth - 1) / 2
  const place = (p: number) => `char ${p === middle ? '0' : p < middle ? `−${middle - p}` : `+${p - middle}`}`
  return {
    rows: Array.from({ length: charWidth }, (_, p) => ({ name: place(p), count: charDim })),
    columns: [{ name: 'filter', count: charFilters }],
  }
}
