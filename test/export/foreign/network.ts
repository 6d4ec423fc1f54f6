/** The arithmetic of the model card in float64, one sentence at a time, on arrays from another program's reader. */
import { forward } from '../../native/bilstmReference.ts'

export interface PlainArray {
  shape: number[]
  data: ArrayLike<number>
}
export type PlainArrays = Map<string, PlainArray>

interface Sizes {
  charDim: number
  charWidth: number
  charFilters: number
  charOut: number
  hidden: number
  layers: number
  soft: { variant: string } | null
}

/** [T, tags]; `softTasks`: all tasks of a soft-sharing network, in its order. */
export function scoresOf(
  arrays: PlainArrays,
  sizes: Sizes,
  task: string,
  words: number[],
  chars: number[][],
): number[][] {
  const table = (name: string, row: number) => rowOf(arrays.get(name)!, row)
  const x = words.map((word, t) => [
    ...table('word.table', word),
    ...affine(spelling(arrays, sizes, chars[t]), arrays, 'char.projection'),
  ])
  return encode(arrays, sizes, task, x).map((row) => affine(row, arrays, `head.${task}`))
}

const rowOf = ({ shape: [, D], data }: PlainArray, row: number) =>
  Array.from({ length: D }, (_, d) => data[row * D + d])

function affine(x: number[], arrays: PlainArrays, name: string): number[] {
  const {
    shape: [, outputs],
    data,
  } = arrays.get(`${name}.W`)!
  const bias = arrays.get(`${name}.b`)!.data
  return Array.from({ length: outputs }, (_, o) =>
    x.reduce((sum, value, i) => sum + value * data[i * outputs + o], bias[o]),
  )
}

function spelling(
  arrays: PlainArrays,
  { charDim: D, charWidth: width, charFilters: F }: Sizes,
  chars: number[],
): number[] {
  const [table, W, b] = ['char.table', 'char.conv.W', 'char.conv.b'].map((name) => arrays.get(name)!)
  const rows = chars.map((char) => rowOf(table, char))
  return Array.from({ length: F }, (_, f) =>
    rows.reduce((most, __, k) => {
      let z = b.data[f]
      for (let j = 0; j < width; j++) {
        const seen = rows[k + j - (width - 1) / 2]
        if (seen !== undefined) seen.forEach((value, d) => (z += value * W.data[(j * D + d) * F + f]))
      }
      return Math.max(most, z)
    }, 0),
  )
}

function encode(arrays: PlainArrays, { hidden, layers, soft }: Sizes, task: string, x: number[][]): number[][] {
  const owners = soft === null ? [''] : soft.variant === 'crossStitch' ? ownersIn(arrays) : [task]
  let inputs = owners.map(() => x)
  for (let layer = 0; layer < layers; layer++) {
    const outputs = owners.map((owner, s) =>
      bilstm(arrays, `${owner === '' ? '' : `soft.${owner}.`}bilstm.${layer}`, hidden, inputs[s]),
    )
    if (owners.length === 1) inputs = outputs
    else {
      const alpha = arrays.get(`soft.stitch.${layer}`)!.data
      inputs = owners.map((_, t) =>
        x.map((__, n) =>
          outputs[0][n].map((___, i) =>
            outputs.reduce((sum, output, s) => sum + alpha[t * owners.length + s] * output[n][i], 0),
          ),
        ),
      )
    }
  }
  return inputs[Math.max(owners.indexOf(task), 0)]
}

/** Tasks whose BiLSTMs are in the file, in its order. */
const ownersIn = (arrays: PlainArrays) =>
  [...arrays.keys()].flatMap((name) => /^soft\.(.+)\.bilstm\.0\.forward\.W$/.exec(name)?.[1] ?? [])

function bilstm(arrays: PlainArrays, name: string, hidden: number, x: number[][]): number[][] {
  const directions = ['forward', 'backward'].map((direction) => ({
    W: arrays.get(`${name}.${direction}.W`)!,
    b: arrays.get(`${name}.${direction}.b`)!,
  }))
  const { y } = forward({
    lengths: [x.length],
    inputs: x[0].length,
    hidden,
    x: Float32Array.from(x.flat()),
    w: directions.map(({ W }) => Float32Array.from(W.data)) as [Float32Array, Float32Array],
    b: directions.map(({ b }) => Float32Array.from(b.data)) as [Float32Array, Float32Array],
    mask: [null, null],
  })
  return x.map((_, t) => Array.from(y.subarray(t * 2 * hidden, (t + 1) * 2 * hidden)))
}
