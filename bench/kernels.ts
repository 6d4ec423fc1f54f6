/**
 * Speed of the BiLSTM kernels: GFLOP/s forward, backward and together, and the share of the processor's peak. The
 * peak is measured between calls, because the clock drops under wide vectors and varies with the load of neighbouring
 * machines. Pruned weights are counted as work, so the figures show the cost of masks.
 *
 *   npx node bench/kernels.ts [repetitions]
 */
import { loadNative } from '../native/index.ts'
import { deriveKey, uniform } from '../shared/util/random.ts'

const HIDDEN = 200
const repetitions = Number(process.argv[2] ?? 60)

const loaded = loadNative()
if ('reason' in loaded) throw new Error(loaded.reason)
const { kernels } = loaded

/** Lengths as in a real batch: nearly equal. */
function batchSizesOf(sentences: number, longest: number): Int32Array {
  const lengths = Array.from({ length: sentences }, (_, i) => longest - Math.floor((i * 3) / sentences))
  return Int32Array.from({ length: longest }, (_, t) => lengths.filter((length) => length > t).length)
}

const KEY = deriveKey(1, 'inputs')
let draws = 0
const random = () => uniform(draws++, KEY)
const floats = (length: number, scale: number) => Float32Array.from({ length }, () => (random() * 2 - 1) * scale)

function layerOf(sentences: number, longest: number, inputs: number, density: number) {
  const sizes = batchSizesOf(sentences, longest)
  const N = sizes.reduce((sum, size) => sum + size, 0),
    weights = (inputs + HIDDEN) * 4 * HIDDEN
  const mask = density === 1 ? null : Uint8Array.from({ length: weights }, () => (random() < density ? 1 : 0))
  const w = [floats(weights, 0.1), floats(weights, 0.1)],
    b = [floats(8 * HIDDEN, 0.1), floats(8 * HIDDEN, 0.1)]
  const x = floats(N * inputs, 1),
    dy = floats(N * 2 * HIDDEN, 0.1),
    dx = floats(N * inputs, 0)
  const y = floats(N * 2 * HIDDEN, 0),
    gates = floats(2 * N * 4 * HIDDEN, 0),
    cells = floats(2 * N * HIDDEN, 0)
  const dw = w.map((values) => floats(values.length, 0)),
    db = b.map((values) => floats(values.length, 0))
  return {
    flops: 2 * (inputs + HIDDEN) * 4 * HIDDEN * N * 2, // of one product with all weights, both directions
    forward: () => kernels.bilstmForward(x, sizes, w[0], b[0], mask, w[1], b[1], mask, inputs, HIDDEN, y, gates, cells),
    backward: () =>
      kernels.bilstmBackward(
        dy,
        x,
        y,
        gates,
        cells,
        sizes,
        w[0],
        mask,
        w[1],
        mask,
        inputs,
        HIDDEN,
        dx,
        dw[0],
        db[0],
        dw[1],
        db[1],
      ),
  }
}

/** Best time of each function in seconds, and the peak (ninth decile, because a slice may be interrupted). */
function measure(functions: (() => void)[]): { best: number[]; peak: number } {
  const best = functions.map(() => Infinity),
    peaks: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition++) {
    functions.forEach((call, i) => {
      // alternating, as in training
      const start = performance.now()
      call()
      best[i] = Math.min(best[i], (performance.now() - start) / 1e3)
      peaks.push(kernels.fmaPeak(0))
    })
  }
  return { best, peak: peaks.sort((a, b) => a - b)[Math.floor(peaks.length * 0.9)] }
}

console.log(`${kernels.isa}; hidden ${HIDDEN} per direction; best of ${repetitions}`)
console.log('  B   T   I  density  threads  forward  backward  together (GFLOP/s)  of peak')
for (const threads of [1, 2]) {
  kernels.setThreads(threads)
  for (const [sentences, longest] of [
    [10, 17],
    [32, 20],
  ]) {
    for (const inputs of [130, 400]) {
      for (const density of [1, 0.5, 0.2, 0.1]) {
        const layer = layerOf(sentences, longest, inputs, density)
        const {
          best: [forward, backward],
          peak,
        } = measure([layer.forward, layer.backward])
        const rates = [
          layer.flops / forward,
          (2 * layer.flops) / backward,
          (3 * layer.flops) / (forward + backward),
        ].map((rate) => rate / 1e9)
        const cells = [sentences, longest, inputs].map((value) => String(value).padStart(3)).join(' ')
        console.log(
          `${cells}  ${String(density).padStart(7)}  ${String(threads).padStart(7)}  ` +
            `${rates[0].toFixed(0).padStart(7)}  ${rates[1].toFixed(0).padStart(8)}  ` +
            `${rates[2].toFixed(0).padStart(18)}  ${((100 * rates[2]) / (peak * threads)).toFixed(0).padStart(4)} % ` +
            `of ${threads} x ${peak.toFixed(0)}`,
        )
      }
    }
  }
}
