/** Transfers the weights of a network to another one of the same model, with another vocabulary or more tasks. */
import type { NetworkShape } from './parameters.ts'
import type { Weights } from './network.ts'
import { WORD_TABLE } from './parameters.ts'
import { initialWeights } from './initialWeights.ts'

/** The word or character of each row of the tables. */
interface RowNames {
  words: readonly string[]
  chars: readonly string[]
}

/**
 * Transfers every parameter that both networks have, vectors by their word or character. All others keep their θ⁽⁰⁾
 * values.
 */
export function transferWeights(
  from: { weights: Weights; words: RowNames },
  to: { shape: NetworkShape; words: RowNames },
  seed: number,
  vectors: Float32Array | null,
): Weights {
  const start = initialWeights(to.shape, seed, vectors)
  const { wordDim, charDim } = to.shape.model
  for (const [name, { shape, data }] of Object.entries(start)) {
    const old = from.weights[name]
    if (name === WORD_TABLE) transferRows(old.data, from.words.words, data, to.words.words, wordDim)
    else if (name === 'char.table') transferRows(old.data, from.words.chars, data, to.words.chars, charDim)
    else if (old !== undefined && String(old.shape) === String(shape)) data.set(old.data)
  }
  return start
}

function transferRows(
  old: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> },
  oldNames: readonly string[],
  into: { set(values: ArrayLike<number>, at: number): void },
  names: readonly string[],
  dim: number,
): void {
  const rows = new Map(oldNames.map((name, row) => [name, row]))
  names.forEach((name, row) => {
    const from = rows.get(name)
    if (from !== undefined) into.set(old.subarray(from * dim, (from + 1) * dim), row * dim)
  })
}
