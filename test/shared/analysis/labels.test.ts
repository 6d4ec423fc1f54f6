/** Scores per label against hand-made cases, and against the lines that conlleval prints for them. */
import { describe, expect, test } from 'vitest'
import type { EvaluatedSplit } from '../../../shared/analysis/evaluated.ts'
import { labelScores, type LabelScores } from '../../../shared/analysis/labels.ts'
import { evaluatedOf } from './hand.ts'

/**
 * Gold and guess of four sentences. conlleval (the Perl script of CoNLL-2003) prints for them:
 *
 *     processed 16 tokens with 7 phrases; found: 7 phrases; correct: 3.
 *     accuracy:  68.75%; precision:  42.86%; recall:  42.86%; FB1:  42.86
 *                   LOC: precision:  33.33%; recall:  50.00%; FB1:  40.00  3
 *                  MISC: precision:   0.00%; recall:   0.00%; FB1:   0.00  0
 *                   ORG: precision:   0.00%; recall:   0.00%; FB1:   0.00  2
 *                   PER: precision: 100.00%; recall:  66.67%; FB1:  80.00  2
 */
const SENTENCES: [gold: string, guess: string][] = [
  ['B-PER I-PER O B-LOC', 'B-PER I-PER O B-LOC'],
  ['B-ORG O B-PER O', 'B-LOC O B-PER O'],
  ['B-LOC I-LOC O O', 'B-LOC O O B-ORG'],
  ['B-MISC O B-PER O', 'O O B-ORG O'],
]

/** As conlleval prints them: found spans at the end of a line. */
function conllevalLines({ labels, micro, total, accuracy, tokens }: LabelScores): string[] {
  const rate = (value: number) => value.toFixed(2).padStart(6)
  return [
    `processed ${tokens} tokens with ${total.gold} phrases; found: ${total.predicted} phrases; correct: ${total.correct}.`,
    `accuracy: ${rate(accuracy)}%; precision: ${rate(micro.precision)}%; recall: ${rate(micro.recall)}%; FB1: ${rate(micro.f1)}`,
    ...labels.map(
      ({ label, precision, recall, f1, predicted }) =>
        `${label.padStart(17)}: precision: ${rate(precision)}%; recall: ${rate(recall)}%; FB1: ${rate(f1)}  ${predicted}`,
    ),
  ]
}

describe('span labels', () => {
  const { evaluated, predicted } = evaluatedOf('span', SENTENCES)
  const scores = labelScores(evaluated, predicted)

  test('are those of conlleval', () => {
    expect(conllevalLines(scores)).toEqual([
      'processed 16 tokens with 7 phrases; found: 7 phrases; correct: 3.',
      'accuracy:  68.75%; precision:  42.86%; recall:  42.86%; FB1:  42.86',
      '              LOC: precision:  33.33%; recall:  50.00%; FB1:  40.00  3',
      '             MISC: precision:   0.00%; recall:   0.00%; FB1:   0.00  0',
      '              ORG: precision:   0.00%; recall:   0.00%; FB1:   0.00  2',
      '              PER: precision: 100.00%; recall:  66.67%; FB1:  80.00  2',
    ])
  })

  test('have means over labels, plain and weighted by gold', () => {
    expect(scores.macro.f1).toBeCloseTo((40 + 0 + 0 + 80) / 4, 10)
    expect(scores.weighted.f1).toBeCloseTo((2 * 40 + 1 * 0 + 1 * 0 + 3 * 80) / 7, 10)
    expect(scores.weighted.recall).toBeCloseTo(scores.micro.recall, 10)
  })

  test('do not depend on the scheme', () => {
    const bioes = evaluatedOf('span', [
      ['B-PER E-PER O S-LOC', 'B-PER E-PER O S-LOC'],
      ['S-ORG O S-PER O', 'S-LOC O S-PER O'],
      ['B-LOC E-LOC O O', 'S-LOC O O S-ORG'],
      ['S-MISC O S-PER O', 'O O S-ORG O'],
    ])
    expect(labelScores(bioes.evaluated, bioes.predicted).labels).toEqual(scores.labels)
  })

  test('without a type are called span', () => {
    const untyped = evaluatedOf('span', [['B I O', 'B I O']])
    expect(labelScores(untyped.evaluated, untyped.predicted).labels).toMatchObject([{ label: 'span', f1: 100 }])
  })
})

describe('tags', () => {
  test('have precision and recall of their own; micro is the accuracy', () => {
    const { evaluated, predicted } = evaluatedOf('token', [
      ['N V N', 'N N N'],
      ['V', 'V'],
    ])
    const { labels, micro, accuracy, macro } = labelScores(evaluated, predicted)
    expect(labels).toEqual([
      { label: 'N', gold: 2, predicted: 3, correct: 2, precision: (100 * 2) / 3, recall: 100, f1: 80 },
      { label: 'V', gold: 2, predicted: 1, correct: 1, precision: 100, recall: 50, f1: (200 * 1) / 3 },
    ])
    expect(accuracy).toBe(75)
    expect(micro).toEqual({ precision: 75, recall: 75, f1: 75 })
    expect(macro.recall).toBe(75)
  })

  test('called like parts of JavaScript are labels like others', () => {
    const { evaluated, predicted } = evaluatedOf('token', [['constructor __proto__', '__proto__ __proto__']])
    expect(labelScores(evaluated, predicted).labels.map(({ label, f1 }) => [label, f1])).toEqual([
      ['__proto__', (200 * 1) / 3],
      ['constructor', 0],
    ])
  })
})

test('nothing to score is zero', () => {
  const empty: EvaluatedSplit = { ...evaluatedOf('span', [['O', 'O']]).evaluated }
  const { labels, micro, macro, weighted } = labelScores(empty, Int32Array.of(0))
  expect(labels).toEqual([])
  for (const rates of [micro, macro, weighted]) expect(rates).toEqual({ precision: 0, recall: 0, f1: 0 })
})
