/** Kinds of errors of spans, as nervaluate counts them, and confusion of tags. */
import { describe, expect, test } from 'vitest'
import { confusionOf, rowShares } from '../../../shared/analysis/confusion.ts'
import { noOutcomes, outcomesByLabel } from '../../../shared/analysis/spanErrors.ts'
import { evaluatedOf } from './hand.ts'

function outcomes(gold: string, predicted: string) {
  const hand = evaluatedOf('span', [[gold, predicted]])
  return outcomesByLabel(hand.evaluated, hand.predicted)
}

describe('a span', () => {
  test.each([
    ['is right', 'O B-PER I-PER O', 'O B-PER I-PER O', { right: 1 }],
    ['has the wrong type', 'O B-PER I-PER O', 'O B-LOC I-LOC O', { type: 1 }],
    ['has the wrong boundary', 'O B-PER I-PER O', 'O B-PER O O', { boundary: 1 }],
    ['has both wrong', 'O B-PER I-PER O', 'O B-LOC O O', { both: 1 }],
    ['is missed', 'O B-PER I-PER O', 'O O O O', { missed: 1 }],
  ])('%s', (_, gold, predicted, expected) => {
    expect(outcomes(gold, predicted)).toEqual([{ label: 'PER', ...noOutcomes(), ...expected }])
  })

  test('is spurious, under the label it was given', () => {
    expect(outcomes('O O', 'O B-LOC')).toEqual([{ label: 'LOC', ...noOutcomes(), spurious: 1 }])
  })

  test('is compared with one gold span only: two pieces of one are a wrong boundary and a spurious span', () => {
    expect(outcomes('B-PER I-PER I-PER I-PER', 'B-PER I-PER B-PER I-PER')).toEqual([
      { label: 'PER', ...noOutcomes(), boundary: 1, spurious: 1 },
    ])
  })

  test('over two gold spans is compared with the first; the other is missed', () => {
    expect(outcomes('B-PER B-LOC I-LOC', 'B-LOC I-LOC I-LOC')).toEqual([
      { label: 'LOC', ...noOutcomes(), missed: 1 },
      { label: 'PER', ...noOutcomes(), both: 1 },
    ])
  })

  test('does not reach over the end of its sentence', () => {
    const hand = evaluatedOf('span', [
      ['O B-PER', 'O B-PER'],
      ['I-PER O', 'O O'],
    ])
    expect(outcomesByLabel(hand.evaluated, hand.predicted)).toEqual([
      { label: 'PER', ...noOutcomes(), right: 1, missed: 1 },
    ])
  })
})

test('confusion counts tokens by gold and predicted tag; shares are of the row', () => {
  const { evaluated, predicted } = evaluatedOf('token', [['N V N D', 'N N N D']])
  const confusion = confusionOf(evaluated.tagNames, evaluated.gold, predicted)
  expect(confusion).toEqual({ tags: ['N', 'V', 'D'], counts: [2, 0, 0, 1, 0, 0, 0, 0, 1] })
  expect(rowShares(confusion)).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 1])
})
