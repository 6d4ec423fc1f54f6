/**
 * Microseconds of every kernel but the BiLSTM at the sizes of a training step: 10 sentences, 150 tokens, 750
 * characters. npx node bench/small_kernels.ts [threads …]. The median of many consecutive calls; weights and
 * gradients are in the cache except for the optimiser's, which are as large as an encoder's.
 */
import { loadNative } from '../native/index.ts'
import type { NativeKernels } from '../native/contract.ts'
import { uniform } from '../shared/util/random.ts'

const loaded = loadNative()
if ('reason' in loaded) throw new Error(loaded.reason)
const k: NativeKernels = loaded.kernels

const [TOKENS, CHARS, VOCABULARY] = [150, 750, 90]
const [DIM, FILTERS, WIDTH] = [30, 30, 3]
const SHARES = [130 * 800, 200 * 800, 130 * 800, 200 * 800, 90 * 30, 30 * 30] // an encoder's 530 thousand weights
const BATCH_SIZES = Int32Array.from({ length: 28 }, (_, t) => Math.max(1, Math.round(10 - (t * 9.5) / 27)))

let counter = 0
const next = () => uniform(counter++, { k0: 1, k1: 2 })
const floats = (n: number) => Float32Array.from({ length: n }, () => next() - 0.5)
const ints = (n: number, below: number) => Int32Array.from({ length: n }, () => Math.floor(next() * below))

/** [calls per training step, name, call]; 0 for calls that a step does not make. */
type Row = [number, string, () => void]

function charCnn(): Row[] {
  const chars = ints(CHARS, VOCABULARY)
  const starts = Int32Array.from({ length: TOKENS + 1 }, (_, n) => Math.round((n * CHARS) / TOKENS))
  for (let n = 1; n < TOKENS; n += 2) starts[n] += (n % 7) - 3 // words of 2 to 8 characters
  const [table, w, b] = [floats(VOCABULARY * DIM), floats(WIDTH * DIM * FILTERS), floats(FILTERS)]
  const mask = Uint8Array.from(w, () => (next() < 0.5 ? 1 : 0))
  const [out, argmax, dout] = [
    new Float32Array(TOKENS * FILTERS),
    new Int32Array(TOKENS * FILTERS),
    floats(TOKENS * FILTERS),
  ]
  const [dTable, dw, db] = [new Float32Array(table.length), new Float32Array(w.length), new Float32Array(FILTERS)]
  return [
    [
      1,
      'charCnnForward',
      () => k.charCnnForward(chars, starts, table, w, b, mask, DIM, FILTERS, WIDTH, 0.5, 1, 2, out, argmax),
    ],
    [
      1,
      'charCnnBackward',
      () =>
        k.charCnnBackward(dout, argmax, chars, starts, table, w, mask, DIM, FILTERS, WIDTH, 0.5, 1, 2, dTable, dw, db),
    ],
  ]
}

function linear(inputs: number, outputs: number, calls: number): Row[] {
  const [x, w, b, dy] = [floats(TOKENS * inputs), floats(inputs * outputs), floats(outputs), floats(TOKENS * outputs)]
  const [y, dx, dw, db] = [
    new Float32Array(dy.length),
    new Float32Array(x.length),
    new Float32Array(w.length),
    new Float32Array(outputs),
  ]
  return [
    [calls, `linearForward ${inputs} to ${outputs}`, () => k.linearForward(x, w, b, inputs, outputs, y)],
    [calls, `linearBackward ${inputs} to ${outputs}`, () => k.linearBackward(dy, x, w, inputs, outputs, dx, dw, db)],
  ]
}

function elementwise(): Row[] {
  const dropout = (width: number): Row => {
    const [x, y] = [floats(TOKENS * width), new Float32Array(TOKENS * width)]
    return [2, `dropout [${TOKENS}, ${width}]`, () => k.dropout(x, 0.5, 1, 2, y)]
  }
  const [words, features, both] = [floats(TOKENS * 100), floats(TOKENS * 30), floats(TOKENS * 130)]
  const [rows, index] = [floats(100 * 100), ints(TOKENS, 100)]
  return [
    [1, 'gatherForward 100 rows, [150, 100]', () => k.gatherForward(rows, index, 100, 0.5, 1, 2, words)],
    [1, 'gatherBackward', () => k.gatherBackward(words, index, 100, 0.5, 1, 2, rows)],
    [0, dropout(100)[1], dropout(100)[2]],
    dropout(30),
    dropout(400),
    [1, 'concatColumns 100 + 30', () => k.concatColumns(words, features, 100, 30, both)],
    [1, 'splitColumns 100 + 30', () => k.splitColumns(both, 100, 30, words, features)],
  ]
}

function losses(classes: number, calls: number): Row[] {
  const rows = BATCH_SIZES.reduce((sum, size) => sum + size, 0)
  const [logits, tags, d, ids] = [
    floats(rows * classes),
    ints(rows, classes),
    new Float32Array(rows * classes),
    new Int32Array(rows),
  ]
  const [transitions, start, end] = [floats(classes * classes), floats(classes), floats(classes)]
  const gradients = [new Float32Array(classes * classes), new Float32Array(classes), new Float32Array(classes)] as const
  return [
    [calls, `softmaxCrossEntropy ${classes} classes`, () => k.softmaxCrossEntropy(logits, tags, classes, d)],
    [0, `argmaxRows ${classes} classes`, () => k.argmaxRows(logits, classes, ids)],
    [
      0,
      `crfLoss ${classes} classes`,
      () => k.crfLoss(logits, tags, BATCH_SIZES, transitions, start, end, classes, d, ...gradients),
    ],
    [0, `crfDecode ${classes} classes`, () => k.crfDecode(logits, BATCH_SIZES, transitions, start, end, classes, ids)],
  ]
}

function optimizer(): Row[] {
  const [weights, gradients, velocities] = [SHARES.map(floats), SHARES.map(floats), SHARES.map(floats)]
  const masks = (density: number) => SHARES.map((n) => Uint8Array.from({ length: n }, () => (next() < density ? 1 : 0)))
  const update = (m: (Uint8Array | null)[]) => () =>
    k.momentumUpdate(weights, gradients, velocities, m, 1e-6, 0.9, 1, 5, 0)
  const [half, tenth, none] = [masks(0.5), masks(0.1), SHARES.map(() => null)]
  const [table, velocity, lastStep, ids] = [
    floats(20_000 * 100),
    floats(20_000 * 100),
    new Int32Array(20_000),
    Int32Array.from({ length: 100 }, (_, i) => i * 199),
  ]
  const [dRows, out] = [floats(100 * 100), new Float32Array(100 * 100)]
  let step = 0
  return [
    [1, 'momentumUpdate, half kept', update(half)],
    [0, 'momentumUpdate, a tenth kept', update(tenth)],
    [0, 'momentumUpdate, no masks', update(none)],
    [1, 'sumOfSquares', () => k.sumOfSquares(gradients)],
    [
      1,
      'settleRows + updateRows 100 rows',
      () => {
        step += 2
        k.settleRows(table, velocity, lastStep, ids, 100, step, 1e-6, 0.9, out)
        k.updateRows(table, velocity, lastStep, ids, dRows, 100, step, 1e-6, 0.9, 1, 5)
      },
    ],
  ]
}

function microseconds(call: () => void): number {
  for (let i = 0; i < 50; i++) call()
  const times = Array.from({ length: 500 }, () => {
    const start = process.hrtime.bigint()
    call()
    return Number(process.hrtime.bigint() - start) / 1000
  })
  return times.sort((a, b) => a - b)[times.length / 2]
}

const threads = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 2]
const rows = [
  ...charCnn(),
  ...linear(30, 30, 1),
  ...linear(400, 9, 0),
  ...linear(400, 45, 1),
  ...elementwise(),
  ...losses(9, 0),
  ...losses(45, 1),
  ...optimizer(),
]
const totals = threads.map(() => 0)
console.log(`${k.isa}; µs per call with ${threads.join(' and ')} thread(s)`)
for (const [calls, name, call] of rows) {
  const measured = threads.map((count, t) => {
    k.setThreads(count)
    const us = microseconds(call)
    totals[t] += calls * us
    return us.toFixed(1).padStart(8)
  })
  console.log(`${name.padEnd(36)}${measured.join('')}${calls ? `   ${calls} per step` : ''}`)
}
console.log(`${'one step (45 classes, softmax)'.padEnd(36)}${totals.map((us) => us.toFixed(1).padStart(8)).join('')}`)
