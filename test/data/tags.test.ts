import { describe, expect, it } from 'vitest'
import { deriveKey, uniform } from '../../shared/util/random.ts'
import { describeEvidence, detectScheme, schemeEvidence, visitTagProblems } from '../../shared/tags/schemes.ts'
import {
  convertTagIds,
  convertTags,
  intern,
  spansOf,
  tagsOfSpans,
  type Span,
  type TagScheme,
} from '../../shared/tags/tags.ts'

const SCHEMES: TagScheme[] = ['IOB1', 'IOB2', 'BIOES', 'BILOU']
const tags = (text: string) => text.split(' ')

/** Made-up spans over `length` tokens: neighbours, singles and types with hyphens included. */
function randomSpans(seed: number, length: number): Span[] {
  const key = deriveKey(seed, 'spans')
  const types = ['PER', 'LOC', 'creative-work']
  const spans: Span[] = []
  let draw = 0
  for (let t = 0; t < length;) {
    if (uniform(draw++, key) < 0.4) {
      t++
      continue
    }
    const end = Math.min(length, t + 1 + Math.floor(uniform(draw++, key) * 4))
    spans.push({ type: types[Math.floor(uniform(draw++, key) * 3)], start: t, end })
    t = end
  }
  return spans
}

describe('schemes', () => {
  it('write one sentence in four ways', () => {
    const spans = spansOf(tags('B-A I-A O B-A B-A I-A I-A'))
    expect(tagsOfSpans(spans, 7, 'IOB1')).toEqual(tags('I-A I-A O I-A B-A I-A I-A'))
    expect(tagsOfSpans(spans, 7, 'IOB2')).toEqual(tags('B-A I-A O B-A B-A I-A I-A'))
    expect(tagsOfSpans(spans, 7, 'BIOES')).toEqual(tags('B-A E-A O S-A B-A I-A E-A'))
    expect(tagsOfSpans(spans, 7, 'BILOU')).toEqual(tags('B-A L-A O U-A B-A I-A L-A'))
  })

  it('any to any and back is the same, for 500 random sentences', () => {
    for (let seed = 0; seed < 500; seed++) {
      const length = 1 + (seed % 17)
      const spans = randomSpans(seed, length)
      for (const from of SCHEMES) {
        const original = tagsOfSpans(spans, length, from)
        expect(spansOf(original)).toEqual(spans)
        for (const to of SCHEMES) {
          const converted = convertTags(original, to)
          expect(converted).toEqual(tagsOfSpans(spans, length, to))
          expect(convertTags(converted, from)).toEqual(original)
        }
      }
    }
  })

  it('well-formed sequences have no fault in their own scheme', () => {
    for (let seed = 0; seed < 200; seed++) {
      for (const scheme of SCHEMES) expect(faults(tagsOfSpans(randomSpans(seed, 12), 12, scheme), scheme)).toEqual([])
    }
  })

  it('many sentences convert without one reaching into the next', () => {
    const { names, ids } = intern(tags('I-A I-A I-A B-A'))
    const { names: out, ids: converted } = convertTagIds(names, ids, Int32Array.of(0, 1, 3, 4), 'BIOES')
    expect(Array.from(converted, (id) => out[id])).toEqual(tags('S-A B-A E-A S-A'))
  })

  it('tags without types are spans of one type', () => {
    expect(convertTags(tags('B I O B'), 'BIOES')).toEqual(tags('B E O S'))
  })
})

describe("ill-formed tags are read by conlleval's rules", () => {
  it.each([
    ['I-A I-A', 'B-A I-A'],
    ['O I-A', 'O B-A'],
    ['B-A I-B', 'B-A B-B'],
    ['I-A B-A', 'B-A B-A'],
    ['E-A E-A', 'B-A B-A'],
    ['E-A I-A', 'B-A B-A'],
    ['S-A I-A', 'B-A B-A'],
    ['B-A S-A', 'B-A B-A'],
    ['B-A O E-A', 'B-A O B-A'],
    ['I-A E-B I-B', 'B-A B-B B-B'],
  ])('%s is %s', (from, to) => {
    expect(convertTags(tags(from), 'IOB2')).toEqual(tags(to))
  })
})

function faults(sequence: string[], scheme: TagScheme): string[] {
  const { names, ids } = intern(sequence)
  const found: string[] = []
  visitTagProblems(names, ids, Int32Array.of(0, ids.length), scheme, ({ index, tag, before, expected }) =>
    found.push(`${index} ${before} ${tag}: ${expected}`),
  )
  return found
}

describe('faults of sequences', () => {
  it.each<[TagScheme, string, string[]]>([
    [
      'IOB1',
      'B-A I-A I-B B-A',
      [
        '0 null B-A: I-, for B- only parts neighbours of one type',
        '3 I-B B-A: I-, for B- only parts neighbours of one type',
      ],
    ],
    ['IOB1', 'I-A B-A I-B', []],
    ['IOB2', 'I-A O B-A I-B', ['0 null I-A: B- to start a span', '3 B-A I-B: B- to start a span']],
    ['BIOES', 'B-A O', ['1 B-A O: the span before it to end first']],
    ['BIOES', 'B-A E-B', ['1 B-A E-B: the span before it to end first']],
    [
      'BIOES',
      'O E-A I-A',
      [
        '1 O E-A: a span to start before it, or a single tag',
        '2 E-A I-A: a span to start before it, or a begin tag',
        '2 E-A I-A: the span to end within the sentence',
      ],
    ],
    ['BILOU', 'B-A L-A U-A B-A', ['3 U-A B-A: the span to end within the sentence']],
  ])('%s: %s', (scheme, sequence, expected) => {
    expect(faults(tags(sequence), scheme)).toEqual(expected)
  })
})

describe('detection', () => {
  const detect = (sequence: string) => {
    const { names, ids } = intern(tags(sequence))
    return detectScheme(schemeEvidence(names, ids, Int32Array.of(0, ids.length)))
  }

  it.each<[string, TagScheme | null]>([
    ['I-A I-A O I-B B-B', 'IOB1'],
    ['O I-A', 'IOB1'],
    ['B-A I-A O B-B B-B', 'IOB2'],
    ['B-A O B-creative-work', 'IOB2'],
    ['B-A E-A O', 'BIOES'],
    ['S-A O', 'BIOES'],
    ['U-A O B-A L-A', 'BILOU'],
    ['B-A O B-B O B-A O I-B', 'IOB2'],
    ['B I O', 'IOB2'],
    ['NN VB I-X O', null],
    ['NN VB', null],
    ['O O', null],
    ['B-A I-A', null],
    ['B-A E-A O L-A', null],
  ])('%s is %s', (sequence, scheme) => {
    expect(detect(sequence)).toBe(scheme)
  })

  it('shows what it went by', () => {
    const { names, ids } = intern(tags('I-A B-A O I-B'))
    expect(describeEvidence(schemeEvidence(names, ids, Int32Array.of(0, 4)))).toBe(
      'B- 1, I- 2, O 1; spans started by I- 2, by B- 0, B- right after the same type 1',
    )
  })
})
