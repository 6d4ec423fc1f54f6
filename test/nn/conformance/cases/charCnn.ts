import { charCnn, composedCharCnn } from '../../../../main/nn/ops/charCnn.ts'
import { NO_DROPOUT, type Dropout } from '../../../../main/nn/ops/dropout.ts'
import { Draw } from '../../../support/arrays.ts'
import { wordChars } from '../../../support/packed.ts'
import { floats, type OpCase } from '../opCase.ts'
import { HALF } from './simple.ts'

interface Row {
  name: string
  /** Characters of each word. */
  lengths: number[]
  charDim: number
  filters: number
  width: number
  drop?: Dropout
  density?: number
}

const ROWS: Row[] = [
  { name: 'words of all lengths', lengths: [3, 1, 7, 2, 12, 1], charDim: 5, filters: 7, width: 3 },
  { name: 'a wide window, longer than the words', lengths: [2, 1, 3], charDim: 3, filters: 5, width: 7 },
  { name: 'a window of one', lengths: [4, 2], charDim: 2, filters: 3, width: 1 },
  { name: 'with dropout', lengths: [6, 3, 4], charDim: 5, filters: 6, width: 3, drop: HALF },
  { name: 'under a mask', lengths: [5, 4, 1, 8], charDim: 7, filters: 9, width: 3, density: 0.4 },
  {
    name: 'under a mask, with dropout',
    lengths: [5, 9, 2],
    charDim: 4,
    filters: 17,
    width: 5,
    drop: HALF,
    density: 0.5,
  },
  { name: 'everything pruned', lengths: [5, 2], charDim: 4, filters: 3, width: 3, density: 0 },
  { name: 'some words without characters', lengths: [0, 3, 0, 0, 2, 0], charDim: 4, filters: 5, width: 3 },
  { name: 'one word of one character', lengths: [1], charDim: 1, filters: 1, width: 3 },
  { name: 'only words without characters', lengths: [0, 0], charDim: 4, filters: 3, width: 3 },
  { name: 'no words', lengths: [], charDim: 3, filters: 2, width: 3 },
]

/** The table has more rows than characters, so that some rows are unused and some used once. */
const CHARACTERS = 11

export const charCnnCases: OpCase[] = ROWS.map(
  ({ name, lengths, charDim, filters, width, drop = NO_DROPOUT, density }) => {
    const draw = new Draw('charCnn', name)
    const words = wordChars(draw, lengths, CHARACTERS)
    const shape = [width * charDim, filters]
    return {
      op: 'CharCnn',
      name,
      inputs: { table: floats(draw, [CHARACTERS, charDim]), W: floats(draw, shape), b: floats(draw, [filters], 0.5) },
      masks: { W: density === undefined ? null : { shape, kept: draw.kept(shape[0] * shape[1], density) } },
      run: ({ table, W, b }, masks) => charCnn(words, table, W, b, masks.W, drop),
      composed: ({ table, W, b }, masks) => composedCharCnn(words, table, W, b, masks.W, drop),
    }
  },
)
