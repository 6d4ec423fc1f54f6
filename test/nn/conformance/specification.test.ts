/** The composed ops, with which every kernel is compared, against their definitions in float64. */
import { expect, it } from 'vitest'
import { charCnnForward } from '../../native/reference/char_cnn.ts'
import { forward } from '../../native/bilstmReference.ts'
import { COMPOSED } from '../../support/backends.ts'
import { Draw, expectClose } from '../../support/arrays.ts'
import { batchSizesOf, rowsOf, wordChars } from '../../support/packed.ts'
import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { composedBilstm } from '../../../main/nn/ops/bilstm.ts'
import { composedCharCnn } from '../../../main/nn/ops/charCnn.ts'
import { composedCrfLoss } from '../../../main/nn/ops/crf.ts'
import { composedSoftmaxCrossEntropy } from '../../../main/nn/ops/softmaxCrossEntropy.ts'

const values = (compute: () => Tensor) => tidy(() => compute().dataSync<'float32'>().slice())

it('BiLSTM: every sentence by itself, as in a textbook', async () => {
  await COMPOSED.use()
  const draw = new Draw('textbook')
  const [lengths, I, H] = [[5, 3, 3, 1], 6, 4]
  const size = (I + H) * 4 * H
  const w: [Float32Array, Float32Array] = [draw.floats(size), draw.floats(size)]
  const b: [Float32Array, Float32Array] = [draw.floats(8 * H), draw.floats(8 * H)]
  const mask: [Uint8Array, Uint8Array] = [draw.kept(size, 0.6), draw.kept(size, 0.6)]
  const x = draw.floats(12 * I)
  const [ahead, back] = [0, 1].map((d) => () => ({
    W: tensor(w[d].slice(), [I + H, 4 * H]),
    b: tensor(b[d].slice(), [2, 4 * H]),
    mask: tensor(mask[d].slice(), [I + H, 4 * H], 'bool'),
  }))
  const y = values(() => composedBilstm(tensor(x.slice(), [12, I]), batchSizesOf(lengths), ahead(), back()))
  expectClose(y, forward({ lengths, inputs: I, hidden: H, x, w, b, mask }).y, 1e-6)
})

it('character CNN: every window of every word by itself', async () => {
  await COMPOSED.use()
  const draw = new Draw('windows')
  const words = wordChars(draw, [3, 0, 1, 8], 6)
  const [table, w, b, mask] = [draw.floats(6 * 4), draw.floats(3 * 4 * 5), draw.floats(5), draw.kept(3 * 4 * 5, 0.7)]
  const drop = { keep: 0.5, key: { k0: 11, k1: 22 } }
  const out = values(() =>
    composedCharCnn(
      words,
      tensor(table.slice(), [6, 4]),
      tensor(w.slice(), [12, 5]),
      tensor(b.slice()),
      tensor(mask.slice(), [12, 5], 'bool'),
      drop,
    ),
  )
  const reference = charCnnForward({
    ...words,
    table,
    w,
    b,
    mask,
    charDim: 4,
    filters: 5,
    width: 3,
    keep: { keep: 0.5, k0: 11, k1: 22 },
  })
  expectClose(out, reference.out, 1e-6)
  expect(out.some((value) => value > 0)).toBe(true)
})

it('CRF: the likelihood by enumerating every tag sequence', async () => {
  await COMPOSED.use()
  const draw = new Draw('enumerated')
  const [C, batchSizes] = [3, batchSizesOf([4, 2, 1])]
  const [emissions, transitions, start, end, tags] = [
    draw.floats(7 * C),
    draw.floats(C * C),
    draw.floats(C),
    draw.floats(C),
    draw.ints(7, C),
  ]
  let expected = 0
  for (const rows of rowsOf(batchSizes)) {
    const score = (path: number[]) =>
      path.reduce(
        (sum, c, t) => sum + emissions[rows[t] * C + c] + (t ? transitions[path[t - 1] * C + c] : start[c]),
        end[path.at(-1)!],
      )
    const paths = Array.from({ length: C ** rows.length }, (_, code) =>
      rows.map((_, t) => Math.floor(code / C ** t) % C),
    )
    expected +=
      (Math.log(paths.reduce((sum, path) => sum + Math.exp(score(path)), 0)) - score(rows.map((row) => tags[row]))) / 7
  }
  const crf = () => ({
    transitions: tensor(transitions.slice(), [C, C]),
    start: tensor(start.slice()),
    end: tensor(end.slice()),
  })
  expectClose(
    values(() => composedCrfLoss(tensor(emissions.slice(), [7, C]), tags, batchSizes, crf())),
    [expected],
    1e-6,
  )
})

it('softmax cross-entropy: the mean of −log p', async () => {
  await COMPOSED.use()
  const draw = new Draw('mean')
  const [logits, tags] = [draw.floats(5 * 4, 3), draw.ints(5, 4)]
  const losses = Array.from(tags, (tag, n) => {
    const row = [...logits.subarray(n * 4, n * 4 + 4)]
    return Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[tag]
  })
  expectClose(
    values(() => composedSoftmaxCrossEntropy(tensor(logits.slice(), [5, 4]), tags)),
    [losses.reduce((sum, loss) => sum + loss, 0) / 5],
    1e-6,
  )
})
