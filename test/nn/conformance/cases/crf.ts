import { composedCrfLoss, crfLoss, type CrfScores } from '../../../../main/nn/ops/crf.ts'
import { Draw } from '../../../support/arrays.ts'
import { batchSizesOf, total } from '../../../support/packed.ts'
import { floats, type OpCase, type Tensors } from '../opCase.ts'

const ROWS: { name: string; lengths: number[]; classes: number; bound?: number }[] = [
  { name: 'all lengths different', lengths: [5, 4, 2, 1], classes: 5 },
  { name: 'equal lengths', lengths: [3, 3, 3], classes: 4 },
  { name: 'sentences of one token', lengths: [1, 1], classes: 3 },
  { name: 'one token, one class', lengths: [1], classes: 1 },
  { name: 'many classes', lengths: [6, 3, 3], classes: 19 },
  { name: 'a sure path', lengths: [4, 2], classes: 4, bound: 12 },
  { name: 'no sentences', lengths: [], classes: 3 },
]

export const crfCases: OpCase[] = ROWS.map(({ name, lengths, classes, bound = 2 }) => {
  const draw = new Draw('crf', name)
  const batchSizes = batchSizesOf(lengths)
  const N = total(lengths)
  const tags = draw.ints(N, classes)
  const scores = ({ transitions, start, end }: Tensors): CrfScores => ({ transitions, start, end })
  return {
    op: 'CrfLoss',
    name,
    inputs: {
      emissions: floats(draw, [N, classes], bound),
      transitions: floats(draw, [classes, classes]),
      start: floats(draw, [classes]),
      end: floats(draw, [classes]),
    },
    run: (t) => crfLoss(t.emissions, tags, batchSizes, scores(t)),
    composed: (t) => composedCrfLoss(t.emissions, tags, batchSizes, scores(t)),
  }
})
