/** Spans that do not fit are told, each with what became of it. */
import { describe, expect, test } from 'vitest'
import { convert, lines, refusal } from './helpers.ts'

const one = (text: string, ...label: [number, number, string][]) => lines({ text, label })

describe('a span that does not fit', () => {
  test.each<[string, string, string, string, string]>([
    [
      'cuts a token',
      one('Ann Obama left', [4, 7, 'PER']),
      'in:1: spans: "Oba" (PER, characters 4 to 7) cuts the token 1, "Obama"',
      'Ann\tO\nObama\tB-PER\nleft\tO\n\n',
      'Ann\tO\nObama\tO\nleft\tO\n\n',
    ],
    [
      'cuts an emoji',
      one('👍🏽 x', [0, 2, 'E']),
      'in:1: spans: "👍" (E, characters 0 to 2) cuts the token 0, "👍🏽"',
      '👍🏽\tB-E\nx\tO\n\n',
      '👍🏽\tO\nx\tO\n\n',
    ],
    [
      'holds no token',
      one('a  b', [1, 3, 'X']),
      'in:1: spans: "  " (X, characters 1 to 3) holds no token',
      'a\tO\nb\tO\n\n',
      'a\tO\nb\tO\n\n',
    ],
    [
      'is empty',
      one('a b', [1, 1, 'X']),
      'in:1: spans: "" (X, characters 1 to 1) holds no token',
      'a\tO\nb\tO\n\n',
      'a\tO\nb\tO\n\n',
    ],
    [
      'overlaps',
      one('a b c', [0, 3, 'X'], [2, 5, 'Y']),
      'in:1: spans: "b c" (Y, characters 2 to 5) overlaps "a b" (X), which stays',
      'a\tB-X\nb\tI-X\nc\tO\n\n',
      'a\tB-X\nb\tI-X\nc\tO\n\n',
    ],
    [
      'is within another',
      one('a b c', [2, 3, 'X'], [0, 5, 'Y']),
      'in:1: spans: "b" (X, characters 2 to 3) overlaps "a b c" (Y), which stays',
      'a\tB-Y\nb\tI-Y\nc\tI-Y\n\n',
      'a\tB-Y\nb\tI-Y\nc\tI-Y\n\n',
    ],
    [
      'crosses a sentence',
      one('At No. Yes x', [3, 10, 'O']),
      'in:1: spans: "No. Yes" (O, characters 3 to 10) goes on over the end of a sentence',
      'At\tO\nNo\tB-O\n.\tI-O\nYes\tI-O\nx\tO\n\n',
      'At\tO\nNo\tO\n.\tO\n\nYes\tO\nx\tO\n\n',
    ],
  ])('%s', async (_, text, told, snapped, skipped) => {
    expect(await refusal(text, 'conll')).toBe(
      'in: 1 span does not fit, nothing was written; --spans snap takes the tokens that they touch, --spans skip leaves them out',
    )
    const snap = await convert(text, 'conll', { spans: 'snap' })
    expect(snap.issues).toEqual([expect.stringContaining(told)])
    expect(snap.out).toBe(snapped)
    const skip = await convert(text, 'conll', { spans: 'skip' })
    expect(skip.issues).toEqual([`${told}: left out`])
    expect(skip.out).toBe(skipped)
    expect(skip.counts.notes).toContain('spans left out: 1')
  })

  test('all are told before it stops, with their lines', async () => {
    const issues: string[] = []
    const { convertInput } = await import('../../main/annotation/index.ts')
    const text = one('ab cd', [0, 1, 'X']) + one('ab cd', [0, 2, 'X']) + one('ab cd', [1, 4, 'X'], [4, 5, 'Y'])
    let out = ''
    await expect(
      convertInput({
        input: {
          name: 'f.jsonl',
          path: null,
          bytes: async function* () {
            yield Buffer.from(text)
          },
          format: 'auto',
          tasks: new Map(),
          kinds: new Map(),
          offsets: null,
          annotator: 'only',
          words: 0,
        },
        output: { format: 'conll', offsets: null, scheme: 'IOB2', write: async (more) => void (out += more) },
        spans: 'refuse',
        onIssue: (message) => issues.push(message),
      }),
    ).rejects.toThrow('f.jsonl: 3 spans do not fit')
    expect(issues.map((message) => message.split(':').slice(0, 2).join(':'))).toEqual([
      'f.jsonl:1',
      'f.jsonl:3',
      'f.jsonl:3',
      'f.jsonl:3',
    ])
    expect(out).toBe('')
  })
})

test('texts without a word are counted; without any task there are no columns', async () => {
  const texts = lines({ text: ' ', label: [] }, { text: '', label: [] }, { text: 'x', label: [] })
  const { out, counts } = await convert(texts, 'conll', { tasks: new Map([['ner', null]]) })
  expect([out, counts.notes]).toEqual(['x\tO\n\n', ['texts without a word left out: 2']])
  expect(await refusal(texts, 'conll')).toBe(
    'in: found no span of any task, expected some; --task NAME names a task all the same',
  )
})

test('refusing tells of all that snapping would; places are told as the file counts', async () => {
  const text = lines({
    text: '😀 ab cd',
    spans: [
      { start: 2, end: 3, label: 'X' },
      { start: 3, end: 7, label: 'Y' },
    ],
  })
  const told = [
    'in:1: spans: "a" (X, characters 2 to 3) cuts the token 1, "ab"',
    'in:1: spans: "b cd" (Y, characters 3 to 7) cuts the tokens 1 to 2, "ab cd"',
    'in:1: spans: "a" (X, characters 2 to 3) overlaps "b cd" (Y), which stays',
  ]
  expect(await refusal(text, 'conll')).toContain('2 spans do not fit')
  const { issues } = await convert(text, 'conll', { spans: 'snap' })
  expect(issues.map((message, i) => message.slice(0, told[i].length))).toEqual(told)
})

test('white space at the ends and spans given twice are only counted', async () => {
  const { out, issues, counts } = await convert(one('a b c', [1, 4, 'X'], [2, 3, 'X']), 'conll')
  expect(out).toBe('a\tO\nb\tB-X\nc\tO\n\n')
  expect(issues).toEqual([])
  expect(counts.notes).toEqual(['spans with white space at their ends, which is left out: 1', 'spans given twice: 1'])
})

test('Prodigy gets spans that meet its tokens; they may overlap there', async () => {
  const text = one('Ann Obama left', [4, 7, 'PER'], [0, 9, 'PER'])
  expect(await refusal(text, 'prodigy')).toContain('1 span does not fit')
  const { out } = await convert(text, 'prodigy', { spans: 'snap' })
  expect(JSON.parse(out).spans).toEqual([
    { start: 0, end: 9, token_start: 0, token_end: 1, label: 'PER' },
    { start: 4, end: 9, token_start: 1, token_end: 1, label: 'PER' },
  ])
})

describe('token tasks', () => {
  const tagged = lines(
    {
      text: 'a bc',
      label: [
        [0, 1, 'DT'],
        [2, 4, 'NN'],
      ],
    },
    { text: 'x', label: [] },
  )

  test('are told by every token having a label', async () => {
    const { out, counts } = await convert(tagged, 'conll')
    expect(out).toBe('a\tDT\nbc\tNN\n\nx\t_\n\n')
    expect(counts.tasks).toMatchObject([{ name: 'spans', kind: 'token' }])
    expect(counts.notes).toEqual(['tokens without a label of spans, written as _: 1'])
  })

  test('or by the person', async () => {
    expect((await convert(tagged, 'conll', { kinds: new Map([['spans', 'span']]) })).out).toBe(
      'a\tB-DT\nbc\tB-NN\n\nx\tO\n\n',
    )
    const wide = one('a b', [0, 3, 'NN'])
    expect(await refusal(wide, 'conll', { kinds: new Map([['spans', 'token']]) })).toContain('1 span does not fit')
    expect((await convert(wide, 'conll', { kinds: new Map([['spans', 'token']]), spans: 'snap' })).out).toBe(
      'a\tNN\nb\tNN\n\n',
    )
  })
})
