import { bilstm, composedBilstm, type LstmDirection } from '../../../../main/nn/ops/bilstm.ts'
import { Draw } from '../../../support/arrays.ts'
import { batchSizesOf, total } from '../../../support/packed.ts'
import { floats, type OpCase } from '../opCase.ts'

interface Row {
  name: string
  lengths: number[]
  inputs: number
  hidden: number
  density?: number
}

const ROWS: Row[] = [
  { name: 'all lengths different', lengths: [5, 4, 2, 1], inputs: 7, hidden: 5 },
  { name: 'equal lengths', lengths: [3, 3, 3], inputs: 4, hidden: 3 },
  { name: 'one sentence', lengths: [6], inputs: 3, hidden: 9 },
  { name: 'sentences of one token', lengths: [1, 1, 1], inputs: 5, hidden: 4 },
  { name: 'one token', lengths: [1], inputs: 1, hidden: 1 },
  { name: 'wider than a register', lengths: [7, 7, 6, 3, 3, 1, 1], inputs: 33, hidden: 19 },
  { name: 'under masks', lengths: [4, 3, 3, 1], inputs: 9, hidden: 7, density: 0.4 },
  { name: 'everything pruned', lengths: [3, 2], inputs: 4, hidden: 3, density: 0 },
  { name: 'no sentences', lengths: [], inputs: 3, hidden: 2 },
]

export const bilstmCases: OpCase[] = ROWS.map(({ name, lengths, inputs, hidden, density }) => {
  const draw = new Draw('bilstm', name)
  const batchSizes = batchSizesOf(lengths)
  const shape = [inputs + hidden, 4 * hidden]
  const bound = 2 / Math.sqrt(inputs + hidden)
  const mask = () => (density === undefined ? null : { shape, kept: draw.kept(shape[0] * shape[1], density) })
  type Parts = Parameters<OpCase['run']>
  const directions = ([t, m]: Parts): [LstmDirection, LstmDirection] => [
    { W: t.wForward, b: t.bForward, mask: m.forward },
    { W: t.wBackward, b: t.bBackward, mask: m.backward },
  ]
  return {
    op: 'BiLstm',
    name,
    inputs: {
      x: floats(draw, [total(lengths), inputs], 1.5),
      wForward: floats(draw, shape, bound),
      bForward: floats(draw, [2, 4 * hidden], 0.5),
      wBackward: floats(draw, shape, bound),
      bBackward: floats(draw, [2, 4 * hidden], 0.5),
    },
    masks: { forward: mask(), backward: mask() },
    run: (...parts) => bilstm(parts[0].x, batchSizes, ...directions(parts)),
    composed: (...parts) => composedBilstm(parts[0].x, batchSizes, ...directions(parts)),
  }
})
