import { describe, expect, it } from 'vitest'
import { deriveKey, uniform } from '../../shared/util/random.ts'
import { countSpans, scoreTags } from '../../shared/tags/scoring.ts'
import { convertTags, intern, spansOf, type TagScheme } from '../../shared/tags/tags.ts'

/** Scores sentences of tags, apart by |. */
function input(
  gold: string,
  predicted: string,
  scheme: TagScheme | null = 'IOB2',
  score: 'spanF1' | 'accuracy' = 'spanF1',
) {
  const sentences = gold.split(' | ').map((sentence) => sentence.split(' '))
  const all = intern([...sentences.flat(), ...predicted.split(' | ').flatMap((sentence) => sentence.split(' '))])
  const n = sentences.flat().length
  const sentenceStart = Int32Array.from([0, ...sentences.map((_, s) => sentences.slice(0, s + 1).flat().length)])
  return { score, scheme, tagNames: all.names, sentenceStart, gold: all.ids.slice(0, n), predicted: all.ids.slice(n) }
}

const counts = (gold: string, predicted: string) => {
  const sum = { gold: 0, predicted: 0, correct: 0 }
  for (const type of Object.values(countSpans(input(gold, predicted)))) {
    sum.gold += type.gold
    sum.predicted += type.predicted
    sum.correct += type.correct
  }
  return `${sum.correct} of ${sum.gold}, ${sum.predicted} predicted`
}

/** The chunk counting of conlleval for one sentence, rule by rule (Tjong Kim Sang, CoNLL-2000). */
function conlleval(gold: string[], predicted: string[]): string {
  const ends = (a: string, b: string) =>
    ['BB', 'BO', 'IB', 'IO'].includes(a[0] + b[0]) || (a[0] !== 'O' && a.slice(2) !== b.slice(2))
  const starts = (a: string, b: string) =>
    ['BB', 'IB', 'OB', 'OI'].includes(a[0] + b[0]) || (b[0] !== 'O' && a.slice(2) !== b.slice(2))
  let inCorrect = false
  let correct = 0,
    foundGold = 0,
    foundPredicted = 0
  for (let t = 0; t <= gold.length; t++) {
    const [g0, g1] = [gold[t - 1] ?? 'O', gold[t] ?? 'O']
    const [p0, p1] = [predicted[t - 1] ?? 'O', predicted[t] ?? 'O']
    if (inCorrect) {
      if (ends(g0, g1) && ends(p0, p1) && g0.slice(2) === p0.slice(2)) {
        inCorrect = false
        correct++
      } else if (ends(g0, g1) !== ends(p0, p1) || g1.slice(2) !== p1.slice(2)) inCorrect = false
    }
    if (starts(g0, g1) && starts(p0, p1) && g1.slice(2) === p1.slice(2)) inCorrect = true
    if (starts(g0, g1)) foundGold++
    if (starts(p0, p1)) foundPredicted++
  }
  return `${correct} of ${foundGold}, ${foundPredicted} predicted`
}

describe('span F1', () => {
  it.each([
    ['B-A I-A O', 'B-A I-A O', '1 of 1, 1 predicted'],
    ['B-A I-A O', 'B-A O O', '0 of 1, 1 predicted'],
    ['B-A I-A O', 'B-A I-A I-A', '0 of 1, 1 predicted'],
    ['B-A I-A', 'I-A I-A', '1 of 1, 1 predicted'],
    ['B-A I-A', 'B-A B-A', '0 of 1, 2 predicted'],
    ['B-A I-A', 'B-A I-B', '0 of 1, 2 predicted'],
    ['B-A B-B', 'B-A I-B', '2 of 2, 2 predicted'],
    ['B-A O B-A', 'B-A O B-B', '1 of 2, 2 predicted'],
    ['B-A | I-A', 'I-A | B-A', '2 of 2, 2 predicted'],
    ['B-A I-A | B-A', 'B-A I-A | O', '1 of 2, 1 predicted'],
    ['B-A E-A S-A', 'B-A I-A B-A', '2 of 2, 2 predicted'],
    ['S-A S-A', 'B-A E-A', '0 of 2, 1 predicted'],
    ['S-A S-A', 'S-A I-A', '2 of 2, 2 predicted'],
    ['B-A E-A O', 'B-A E-A E-A', '1 of 1, 2 predicted'],
    ['O O', 'O O', '0 of 0, 0 predicted'],
  ])('%s against %s: %s', (gold, predicted, expected) => {
    expect(counts(gold, predicted)).toBe(expected)
  })

  it('is in percent, with precision and recall', () => {
    expect(scoreTags(input('B-A O B-A O', 'B-A O O B-B'))).toEqual({
      name: 'spanF1',
      value: 50,
      precision: 50,
      recall: 50,
    })
    expect(scoreTags(input('B-A O B-A', 'B-A O O'))).toEqual({
      name: 'spanF1',
      value: 200 / 3,
      precision: 100,
      recall: 50,
    })
    expect(scoreTags(input('B-A O', 'O O'))).toEqual({ name: 'spanF1', value: 0, precision: 0, recall: 0 })
    expect(scoreTags(input('B-A O', 'B-A O')).value).toBe(100)
  })

  it('agrees with comparing sets of spans, and does not depend on the scheme, for random noise', () => {
    const alphabet = ['O', 'B-A', 'I-A', 'E-A', 'S-A', 'B-B', 'I-B', 'E-B', 'S-B']
    for (let seed = 0; seed < 300; seed++) {
      const key = deriveKey(seed, 'noise')
      const draw = (i: number) => alphabet[Math.floor(uniform(i, key) * alphabet.length)]
      const gold = Array.from({ length: 20 }, (_, i) => draw(i))
      const predicted = gold.map((tag, i) => (uniform(i + 100, key) < 0.5 ? tag : draw(i + 200)))
      const goldSpans = spansOf(gold).map((span) => JSON.stringify(span))
      const predictedSpans = spansOf(predicted).map((span) => JSON.stringify(span))
      const correct = predictedSpans.filter((span) => goldSpans.includes(span)).length
      expect(counts(gold.join(' '), predicted.join(' '))).toBe(
        `${correct} of ${goldSpans.length}, ${predictedSpans.length} predicted`,
      )
      expect(counts(convertTags(gold, 'IOB2').join(' '), convertTags(predicted, 'IOB2').join(' '))).toBe(
        `${correct} of ${goldSpans.length}, ${predictedSpans.length} predicted`,
      )
    }
  })

  it('agrees with the rules of the conlleval script, written out, for random B, I and O', () => {
    const alphabet = ['O', 'B-A', 'I-A', 'B-B', 'I-B']
    for (let seed = 0; seed < 300; seed++) {
      const key = deriveKey(seed, 'conlleval')
      const gold = Array.from({ length: 20 }, (_, i) => alphabet[Math.floor(uniform(i, key) * 5)])
      const predicted = gold.map((tag, i) =>
        uniform(i + 100, key) < 0.7 ? tag : alphabet[Math.floor(uniform(i + 200, key) * 5)],
      )
      expect(counts(gold.join(' '), predicted.join(' '))).toBe(conlleval(gold, predicted))
    }
  })

  it('counts by type', () => {
    expect(countSpans(input('B-A B-B O', 'B-A B-A O'))).toEqual({
      A: { gold: 1, predicted: 2, correct: 1 },
      B: { gold: 1, predicted: 0, correct: 0 },
    })
  })
})

describe('accuracy', () => {
  it('is the share of equal tags, in percent', () => {
    expect(scoreTags(input('N V N | V', 'N V V | V', null, 'accuracy'))).toEqual({ name: 'accuracy', value: 75 })
    expect(
      scoreTags({
        score: 'accuracy',
        scheme: null,
        tagNames: [],
        sentenceStart: Int32Array.of(0),
        gold: new Int32Array(0),
        predicted: new Int32Array(0),
      }).value,
    ).toBe(0)
  })
})

it('tells arrays that do not fit', () => {
  expect(() => scoreTags({ ...input('O', 'O'), gold: new Int32Array(2) })).toThrow(
    'found 2 gold and 1 predicted tags, expected 1',
  )
})

it('a prediction that equals gold scores 100, whatever the tags', () => {
  const n = 51_362
  const key = deriveKey(1)
  const tagNames = ['O', 'B-A', 'I-A', 'E-A', 'S-A']
  const draw = () => Int32Array.from({ length: n }, (_, i) => Math.floor(uniform(i, key) * 5))
  const data = {
    score: 'spanF1' as const,
    scheme: 'BIOES' as const,
    tagNames,
    sentenceStart: Int32Array.from({ length: n / 2 + 1 }, (_, s) => 2 * s),
    gold: draw(),
    predicted: draw(),
  }
  expect(scoreTags(data).value).toBe(100)
})
