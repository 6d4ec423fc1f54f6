/** Pieces, segments and files of tagged text: nothing is lost, and offsets are right for all characters. */
import { describe, expect, test } from 'vitest'
import { sentencesOf } from '../../main/tagger/readers.ts'
import { cellsOf, textOf } from '../../renderer/features/tag/cells.ts'
import { spanColours } from '../../renderer/features/tag/colours.ts'
import { fileOf } from '../../renderer/features/tag/files.ts'
import { piecesOf, type TextFormat } from '../../renderer/features/tag/pieces.ts'
import { segmentsOf } from '../../renderer/features/tag/segments.ts'
import { countUnsure, confidenceText } from '../../renderer/features/tag/unsure.ts'
import type { TaggedText } from '../../shared/protocol/requests/tagging.ts'
import { Draw } from '../support/arrays.ts'

describe('pieces', () => {
  /** Lines of some sentences, some of them blank, with emoji and combining marks. */
  function drawnText(seed: string): string {
    const draw = new Draw('pieces', seed)
    const words = ['Dr. ', 'the ', 'e\u0301te ', '👍🏽 ', 'ends. ', 'Then ', 'U.S. ', 'no', '! ', '\t']
    return Array.from({ length: 60 }, () =>
      draw.number() < 0.2
        ? ' '.repeat(draw.int(0, 3))
        : Array.from({ length: draw.int(1, 14) }, () => words[draw.int(0, words.length)]).join(''),
    ).join('\n')
  }

  test.each(['text', 'wrapped', 'lines', 'tokens'] satisfies TextFormat[])(
    'read as %s, pieces have the sentences of the whole, at the same places',
    (format) => {
      for (const seed of ['a', 'b', 'c']) {
        const text = drawnText(seed)
        const pieces = piecesOf(text, format, [], { usual: 50, most: 150_000 })
        expect(pieces.length).toBeGreaterThan(5)
        const apart = pieces.flatMap(({ start, text: own }) =>
          sentencesOf(own, format).map((sentence) => ({
            words: sentence.words,
            text: sentence.text,
            at: sentence.start && sentence.start.utf16 + start,
          })),
        )
        expect(apart).toEqual(
          sentencesOf(text, format).map(({ words, text: own, start }) => ({
            words,
            text: own,
            at: start && start.utf16,
          })),
        )
      }
    },
  )

  test('a line too long for a request is cut between words, else between graphemes', () => {
    const line = 'word '.repeat(100)
    const pieces = piecesOf(line, 'lines', [], { usual: 20, most: 52 })
    expect(pieces.map(({ text }) => text).join('')).toBe(line)
    expect(pieces.every(({ text }) => text.length <= 52 && text.endsWith(' '))).toBe(true)

    const thumbs = '👍🏽'.repeat(40)
    const cut = piecesOf(thumbs, 'text', [], { usual: 10, most: 30 })
    expect(cut.map(({ text }) => text).join('')).toBe(thumbs)
    expect(cut.every(({ text }) => text.length <= 30 && text.length % '👍🏽'.length === 0)).toBe(true)
  })

  test.each(['text', 'wrapped', 'lines', 'tokens'] as TextFormat[])(
    'after an edit all pieces but the changed one are the same, read as %s',
    (format) => {
      const line = (i: number) => `Sentence number ${i} has several words.${format === 'wrapped' ? '\n' : ''}`
      const lines = Array.from({ length: 320 }, (_, i) => line(i))
      const sizes = { usual: 400, most: 150_000 }
      const before = piecesOf(lines.join('\n'), format, [], sizes)
      expect(before.length).toBeGreaterThan(20)
      for (const [at, edited] of [
        [0, 'A first line that is much longer than it was before the edit.'],
        [160, ''],
        [161, `${line(161)} One more.`],
        [319, `${line(319)} The end.`],
      ] as const) {
        const after = piecesOf(lines.with(at, edited).join('\n'), format, before, sizes)
        const known = new Set(before.map(({ text }) => text))
        expect(after.filter(({ text }) => !known.has(text)).length, `line ${at}`).toBeLessThanOrEqual(1)
        expect(after.map(({ text }) => text).join('')).toBe(lines.with(at, edited).join('\n'))
      }
    },
  )

  test('blank text has no pieces', () => {
    expect(piecesOf('', 'text')).toEqual([])
    expect(piecesOf(' \n\n\t', 'text')).toEqual([])
  })
})

/** "👍🏽 Zu\u0308rich is in Europe" and, after a line feed, "Ada": 'ner' of spans, 'pos' of tokens. */
const TEXT = '👍🏽 Zu\u0308rich is in Europe\nAda'
const SENTENCES: TaggedText[] = [
  {
    text: '👍🏽 Zu\u0308rich is in Europe',
    start: 0,
    words: ['👍🏽', 'Zu\u0308rich', 'is', 'in', 'Europe'],
    offsets: [
      [0, 4],
      [5, 12],
      [13, 15],
      [16, 18],
      [19, 25],
    ],
    tasks: [
      {
        task: 'ner',
        tags: ['B-X', 'I-X', 'O', 'O', 'B-LOC'],
        confidence: [0.9, 0.5, 1, 1, 0.99],
        spans: [
          { type: 'X', from: 0, to: 2, confidence: 0.5 },
          { type: 'LOC', from: 4, to: 5, confidence: 0.99 },
        ],
      },
      { task: 'pos', tags: ['SYM', 'NNP', 'VBZ', 'IN', 'NNP'], confidence: [0.2, 0.3, 1, 1, 1], spans: null },
    ],
  },
  {
    text: 'Ada',
    start: 26,
    words: ['Ada'],
    offsets: [[0, 3]],
    tasks: [
      { task: 'ner', tags: ['B-PER'], confidence: [0.8], spans: [{ type: 'PER', from: 0, to: 1, confidence: 0.8 }] },
      { task: 'pos', tags: ['NNP'], confidence: [1], spans: null },
    ],
  },
]
const both = new Set(['ner', 'pos'])

test('segments are the sentence cut at its spans', () => {
  const segments = segmentsOf(SENTENCES[0], SENTENCES[0].tasks[0].spans!)
  expect(segments.map(({ text, span }) => [text, span?.type ?? null])).toEqual([
    ['👍🏽 Zu\u0308rich', 'X'],
    [' is in ', null],
    ['Europe', 'LOC'],
  ])
  expect(segmentsOf(SENTENCES[0], [])).toEqual([{ text: SENTENCES[0].text, span: null }])
})

test('cells: a span is named at its first word and has the confidence of its least certain word', () => {
  const cells = cellsOf(SENTENCES[0].tasks[0])
  expect(
    cells.map(({ label, type, first, last, confidence, sure }) => [label, type, first, last, confidence, sure]),
  ).toEqual([
    ['X', 'X', true, false, 0.9, 0.5],
    ['', 'X', false, true, 0.5, 0.5],
    ['', null, false, false, 1, 1],
    ['', null, false, false, 1, 1],
    ['LOC', 'LOC', true, true, 0.99, 0.99],
  ])
  expect(cellsOf(SENTENCES[0].tasks[1]).map(({ label, type }) => [label, type])).toEqual([
    ['SYM', null],
    ['NNP', null],
    ['VBZ', null],
    ['IN', null],
    ['NNP', null],
  ])
  expect(cells.map((cell) => textOf(cell, false, false))).toEqual(
    ['X', '', '', '', 'LOC'].map((label) => ({ label, confidence: null })),
  )
  expect(cells.slice(0, 3).map((cell) => textOf(cell, true, false))).toEqual([
    { label: 'X', confidence: 0.5 },
    { label: '', confidence: null },
    { label: 'O', confidence: 1 },
  ])
  expect(cells.slice(0, 3).map((cell) => textOf(cell, true, true))).toEqual([
    { label: 'X', confidence: 0.5 },
    { label: '', confidence: 0.5 },
    { label: 'O', confidence: 1 },
  ])
})

test('uncertain tags of shown tasks are counted, a span once; 100 % is shown only for certainty', () => {
  expect(countUnsure(SENTENCES[0], both, 0.95)).toBe(3)
  expect(countUnsure(SENTENCES[0], new Set(['pos']), 0.3)).toBe(1)
  expect([0.5, 0.994, 0.9994, 0.9996, 1].map(confidenceText)).toEqual(['50 %', '99 %', '99 %', '100 %', '100 %'])
})

test('types of a task have different colours', () => {
  const colour = spanColours([
    { name: 'pos', kind: 'token', scheme: null, tagNames: ['A'] },
    { name: 'ner', kind: 'span', scheme: 'IOB2', tagNames: ['O', 'B-PER', 'I-PER', 'B-LOC'] },
  ])
  expect(colour('ner', 'PER')).toBe('var(--task-0)')
  expect(colour('ner', 'LOC')).toBe('var(--task-1)')
})

describe('files', () => {
  const file = (options: Partial<Parameters<typeof fileOf>[2]>) =>
    fileOf(TEXT, SENTENCES, { kind: 'conll', unit: 'codePoints', confidence: false, tasks: both, ...options })

  test('CoNLL columns, with confidences on request', () => {
    expect(file({})).toBe(
      '👍🏽\tB-X\tSYM\nZu\u0308rich\tI-X\tNNP\nis\tO\tVBZ\nin\tO\tIN\nEurope\tB-LOC\tNNP\n\nAda\tB-PER\tNNP\n\n',
    )
    expect(file({ tasks: new Set(['ner']), confidence: true })).toMatch(
      /^👍🏽\tB-X\t0\.9000\nZu\u0308rich\tI-X\t0\.5000\n/,
    )
  })

  test('JSON lines: offsets cut the words out of the text, in either unit', () => {
    const read = (unit: 'codePoints' | 'utf16') =>
      file({ kind: 'jsonl', unit })
        .trim()
        .split('\n')
        .map(
          (line) =>
            JSON.parse(line) as {
              start: number
              text: string
              tokens: { text: string; start: number; end: number }[]
              confidence?: object
            },
        )
    const all = [...TEXT]
    for (const { start, tokens, confidence } of read('codePoints')) {
      expect(tokens.map((token) => all.slice(start + token.start, start + token.end).join(''))).toEqual(
        tokens.map(({ text }) => text),
      )
      expect(confidence).toBeUndefined()
    }
    for (const { start, tokens } of read('utf16'))
      expect(tokens.map((token) => TEXT.slice(start + token.start, start + token.end))).toEqual(
        tokens.map(({ text }) => text),
      )
    expect(read('codePoints').map(({ start }) => start)).toEqual([0, 24])
    expect(file({ kind: 'jsonl', confidence: true })).toContain('"confidence":{"ner":[0.9,0.5,1,1,0.99]')
  })

  test('CSV: offsets in the whole text', () => {
    expect(file({ kind: 'words', confidence: true }).split('\r\n').slice(0, 3)).toEqual([
      'sentence,word,start,end,text,ner,ner confidence,pos,pos confidence',
      '1,1,0,2,👍🏽,B-X,0.9000,SYM,0.2000',
      '1,2,3,10,Zu\u0308rich,I-X,0.5000,NNP,0.3000',
    ])
    expect(file({ kind: 'spans', unit: 'utf16', confidence: true }).trim().split('\r\n')).toEqual([
      'sentence,task,type,first word,last word,start,end,text,confidence',
      '1,ner,X,1,2,0,12,👍🏽 Zu\u0308rich,0.5000',
      '1,ner,LOC,5,5,19,25,Europe,0.9900',
      '2,ner,PER,1,1,26,29,Ada,0.8000',
    ])
    const tokens = fileOf('', [{ ...SENTENCES[1], start: null }], {
      kind: 'words',
      unit: 'utf16',
      confidence: false,
      tasks: both,
    })
    expect(tokens.trim().split('\r\n').at(-1)).toBe('1,1,,,Ada,B-PER,NNP')
  })
})
