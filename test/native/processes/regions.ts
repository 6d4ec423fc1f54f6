/**
 * Alternates parallel regions of few and many tasks on more threads than cores, so that threads are late for regions
 * that have ended. Prints the number of regions.
 */
import { loadNative } from '../../../native/index.ts'

const native = loadNative()
if (!('kernels' in native)) throw new Error(native.reason)
const { kernels } = native
kernels.setThreads(6)

/** Sentences of one word and one unit: little work, and as many tasks as blocks of sentences. */
function layer(sentences: number) {
  const index = Int32Array.from({ length: sentences }, (_, row) => row)
  const x = Float32Array.from(index, (row) => Math.sin(row))
  return { x, index, sizes: Int32Array.of(sentences), y: new Float32Array(2 * sentences) }
}

const [w, b] = [Float32Array.of(0.1, -0.2, 0.3, 0.4, 0.5, 0.6, -0.7, 0.8), new Float32Array(8).fill(0.1)]
const run = ({ x, index, sizes, y }: ReturnType<typeof layer>) =>
  kernels.bilstmInference(x, index, sizes, w, b, null, w, b, null, 1, 1, y)

const [few, many] = [layer(1), layer(240)]
run(many)
const expected = many.y.slice()
const ROUNDS = 50_000
for (let round = 0; round < ROUNDS; round++) {
  run(few)
  many.y.fill(NaN)
  run(many)
  if (round % 100 === 0 && many.y.some((value, i) => value !== expected[i]))
    throw new Error(`round ${round}: other values`)
}
console.log(ROUNDS)
