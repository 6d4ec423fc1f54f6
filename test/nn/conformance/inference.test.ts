/** The BiLSTM of prediction on every backend: shared rows give the same result as separate ones. */
import { describe, expect, it } from 'vitest'
import { gather, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { LstmDirection } from '../../../main/nn/ops/bilstm.ts'
import { composedBilstm } from '../../../main/nn/ops/bilstm.ts'
import { bilstmInference } from '../../../main/nn/ops/bilstmInference.ts'
import { Draw, expectClose } from '../../support/arrays.ts'
import { ALL_PRESENT, COMPOSED, type TestBackend } from '../../support/backends.ts'
import { batchSizesOf, total } from '../../support/packed.ts'

const ROWS = [
  { name: 'all lengths different', lengths: [5, 4, 2, 1], unique: 7, inputs: 7, hidden: 5, density: null },
  { name: 'one token', lengths: [1], unique: 1, inputs: 1, hidden: 1, density: null },
  {
    name: 'fewer unique tokens than tokens, under masks',
    lengths: [7, 7, 6, 3, 3, 1, 1],
    unique: 4,
    inputs: 33,
    hidden: 19,
    density: 0.4,
  },
  { name: 'everything pruned', lengths: [3, 2], unique: 3, inputs: 4, hidden: 3, density: 0 },
]

async function compute(
  backend: TestBackend,
  { name, lengths, unique, inputs, hidden, density }: (typeof ROWS)[number],
  run: typeof bilstmInference,
): Promise<Float32Array> {
  await backend.use()
  const draw = new Draw('bilstmInference', name)
  const shape: [number, number] = [inputs + hidden, 4 * hidden]
  const y = tidy(() => {
    const x = tensor(draw.floats(unique * inputs, 1.5), [unique, inputs])
    const direction = (): LstmDirection => ({
      W: tensor(draw.floats(shape[0] * shape[1], 2 / Math.sqrt(inputs + hidden)), shape),
      b: tensor(draw.floats(8 * hidden, 0.5), [2, 4 * hidden]),
      mask: density === null ? null : tensor(draw.kept(shape[0] * shape[1], density), shape, 'bool'),
    })
    return run(x, draw.ints(total(lengths), unique), batchSizesOf(lengths), direction(), direction())
  })
  const values = (await y.data<'float32'>()).slice()
  y.dispose()
  return values
}

describe.each(ALL_PRESENT.map((backend) => [backend.name, backend] as const))(
  'BiLSTM of prediction on %s',
  (_, backend) => {
    // As BiLstm: rounding runs through up to 7 steps of recurrence.
    it.each(ROWS.map((row) => [row.name, row] as const))('%s: as composed', async (_, row) => {
      const expected = await compute(COMPOSED, row, (x, index, batchSizes, ...directions) =>
        composedBilstm(gather(x, tensor1d(index, 'int32')), batchSizes, ...directions),
      )
      const actual = await compute(backend, row, bilstmInference)
      expect(actual.length).toBe(expected.length)
      expectClose(actual, expected, 1e-5, 'output')
    })
  },
)
