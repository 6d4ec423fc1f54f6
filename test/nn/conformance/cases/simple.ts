/** Dropout, row look-up, linear layer, columns side by side, softmax cross-entropy, cross-stitch unit. */
import { concatColumns } from '../../../../main/nn/ops/concatColumns.ts'
import { crossStitch } from '../../../../main/nn/ops/crossStitch.ts'
import { composedDropout, dropout, NO_DROPOUT, type Dropout } from '../../../../main/nn/ops/dropout.ts'
import { composedGatherRows, gatherRows } from '../../../../main/nn/ops/gatherRows.ts'
import { composedLinear, linear } from '../../../../main/nn/ops/linear.ts'
import { composedSoftmaxCrossEntropy, softmaxCrossEntropy } from '../../../../main/nn/ops/softmaxCrossEntropy.ts'
import { add, concat, mul, slice } from '@tensorflow/tfjs-core'
import { Draw } from '../../../support/arrays.ts'
import { floats, type OpCase, type Tensors } from '../opCase.ts'

export const HALF: Dropout = { keep: 0.5, key: { k0: 0x9e3779b9, k1: 77 } }

export const dropoutCases: OpCase[] = (
  [
    ['odd width', [7, 13], HALF],
    ['nearly all kept', [3, 5], { ...HALF, keep: 0.99 }],
    ['nothing dropped', [4, 3], NO_DROPOUT],
    ['one element', [1, 1], HALF],
    ['no rows', [0, 6], HALF],
  ] as const
).map(([name, shape, drop]) => ({
  op: 'SparseDropout',
  name,
  inputs: { x: floats(new Draw('dropout', name), [...shape]) },
  run: ({ x }) => dropout(x, drop),
  composed: ({ x }) => composedDropout(x, drop),
}))

export const gatherCases: OpCase[] = (
  [
    ['rows used often, once and never', 5, [2, 0, 2, 2, 4, 0, 1], 9, NO_DROPOUT],
    ['with dropout', 4, [3, 3, 1, 0, 3], 17, HALF],
    ['one token', 1, [0], 3, NO_DROPOUT],
    ['no tokens', 3, [], 5, HALF],
  ] as const
).map(([name, rowCount, indices, dim, drop]) => {
  const index = Int32Array.from(indices)
  return {
    op: 'GatherRows',
    name,
    inputs: { rows: floats(new Draw('gather', name), [rowCount, dim]) },
    run: ({ rows }) => gatherRows(rows, index, drop),
    composed: ({ rows }) => composedGatherRows(rows, index, drop),
  }
})

export const linearCases: OpCase[] = (
  [
    ['odd sizes', 7, 13, 5],
    ['wider than a register', 33, 31, 37],
    ['one token', 1, 9, 3],
    ['one of each', 1, 1, 1],
    ['no tokens', 0, 4, 3],
  ] as const
).map(([name, N, I, O]) => {
  const draw = new Draw('linear', name)
  return {
    op: 'Linear',
    name,
    inputs: { x: floats(draw, [N, I]), W: floats(draw, [I, O]), b: floats(draw, [O]) },
    run: ({ x, W, b }) => linear(x, W, b),
    composed: ({ x, W, b }) => composedLinear(x, W, b),
  }
})

export const concatCases: OpCase[] = (
  [
    ['odd widths', 6, 7, 3],
    ['one token', 1, 1, 1],
    ['no tokens', 0, 2, 3],
  ] as const
).map(([name, N, A, B]) => {
  const draw = new Draw('concat', name)
  return {
    op: 'ConcatColumns',
    name,
    inputs: { a: floats(draw, [N, A]), b: floats(draw, [N, B]) },
    run: ({ a, b }) => concatColumns(a, b),
    composed: ({ a, b }) => concat([a, b], 1),
  }
})

export const softmaxCases: OpCase[] = (
  [
    ['odd sizes', 11, 7, 3],
    ['many classes', 5, 61, 3],
    ['one token', 1, 4, 3],
    ['one class', 3, 1, 3],
    ['sure and wrong', 6, 5, 40],
    ['no tokens', 0, 3, 1],
  ] as const
).map(([name, N, C, bound]) => {
  const draw = new Draw('softmax', name)
  const tags = draw.ints(N, C)
  return {
    op: 'SoftmaxCrossEntropy',
    name,
    inputs: { logits: floats(draw, [N, C], bound) },
    run: ({ logits }) => softmaxCrossEntropy(logits, tags),
    composed: ({ logits }) => composedSoftmaxCrossEntropy(logits, tags),
  }
})

export const crossStitchCases: OpCase[] = (
  [
    ['three tasks, the middle one', 7, 5, 3, 1],
    ['two tasks, one token', 1, 4, 2, 0],
    ['one task', 3, 2, 1, 0],
  ] as const
).map(([name, N, D, T, t]) => {
  const draw = new Draw('stitch', name)
  const outputs = (inputs: Tensors) => Array.from({ length: T }, (_, s) => inputs[`h${s}`])
  const h = Object.fromEntries(Array.from({ length: T }, (_, s) => [`h${s}`, floats(draw, [N, D])]))
  return {
    op: 'CrossStitch',
    name,
    inputs: { ...h, alpha: floats(draw, [T, T]) },
    run: (inputs) => crossStitch(outputs(inputs), inputs.alpha, t),
    composed: (inputs) =>
      outputs(inputs)
        .map((one, s) => mul(one, slice(inputs.alpha, [t, s], [1, 1])))
        .reduce((sum, one) => add(sum, one)),
  }
})
