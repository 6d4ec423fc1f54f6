/** Agreement between annotators, against published examples. */
import { expect, test } from 'vitest'
import { agreementOn, cohensKappa, krippendorffsAlpha } from '../../shared/annotation/agreement.ts'
import type { Answer } from '../../shared/annotation/project.ts'

const repeated = (pairs: [a: string, b: string, count: number][]) =>
  pairs.flatMap(([a, b, count]) => Array.from({ length: count }, () => [a, b]))
const spans = (...all: [type: string, from: number, to: number][]): Answer[] => [
  { task: 'ner', labels: null, spans: all.map(([type, from, to]) => ({ type, from, to })) },
]

test('Cohen’s κ of 50 grant proposals, read by two people', () => {
  const read = repeated([
    ['yes', 'yes', 20],
    ['yes', 'no', 5],
    ['no', 'yes', 10],
    ['no', 'no', 15],
  ])
  const [a, b] = [read.map(([one]) => one), read.map(([, other]) => other)]
  // Observed 35 of 50; by chance 0.5 × 0.6 + 0.5 × 0.4.
  expect(cohensKappa(a, b)).toBeCloseTo(0.4, 10)
  expect(cohensKappa(a, a)).toBe(1)
  expect(cohensKappa(['x', 'x'], ['x', 'x'])).toBeNull()
  expect(cohensKappa([], [])).toBeNull()
})

test('Krippendorff’s α of nominal data: 0.743 for four observers with missing values (Krippendorff 2011, C)', () => {
  // The table of the paper, one row per observer; a dot is a missing value.
  const rows = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.']
  const units = Array.from({ length: 12 }, (_, u) => rows.map((row) => row[u]).filter((value) => value !== '.'))
  expect(krippendorffsAlpha(units)).toBeCloseTo(0.743, 3)
  expect(krippendorffsAlpha([['a', 'a']])).toBeNull()
  expect(krippendorffsAlpha([['a']])).toBeNull()
})

test('Krippendorff’s α of two observers of ten nominal units: 0.095 (Krippendorff 2011, A)', () => {
  const [a, b] = ['0100000010', '1110010000']
  expect(krippendorffsAlpha([...a].map((value, u) => [value, b[u]]))).toBeCloseTo(0.095, 3)
})

test('F1 of spans between two, and by label; κ counts the borders of spans', () => {
  const found = agreementOn({ name: 'ner', kind: 'span' }, [
    {
      length: 4,
      decided: [
        { annotator: 'Ann', answers: spans(['PER', 0, 1], ['LOC', 2, 4]) },
        { annotator: 'Bob', answers: spans(['PER', 0, 1], ['LOC', 2, 3]) },
      ],
    },
    // Only one person decided it.
    { length: 9, decided: [{ annotator: 'Ann', answers: spans(['PER', 0, 9]) }] },
  ])
  // One span of two each agrees: 2 · 1 / (2 · 1 + 2).
  expect(found).toMatchObject({
    annotators: ['Ann', 'Bob'],
    sentences: 1,
    tokens: 4,
    spanF1: 0.5,
    alpha: null,
    differ: 1,
  })
  expect(found.perLabel).toEqual([
    { label: 'LOC', agree: 0, differ: 2, f1: 0 },
    { label: 'PER', agree: 1, differ: 0, f1: 1 },
  ])
  // Tags B-PER O B-LOC I-LOC and B-PER O B-LOC O: observed 3/4; by chance (1 · 1 + 1 · 2 + 1 · 1) / 16.
  expect(found.kappa).toBeCloseTo((0.75 - 0.25) / 0.75, 10)
})
