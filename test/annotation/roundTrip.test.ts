/** What is written comes back as it was, whatever the text: emoji, combining marks, right to left, line ends, tabs. */
import { describe, expect, test } from 'vitest'
import { tokeniseText } from '../../main/tagger/tokenise.ts'
import type { AnnotationFormat, Tool, ToolUnit } from '../../shared/annotation/annotation.ts'
import { tagsOfSpans, type Span } from '../../shared/tags/tags.ts'
import { Draw } from '../support/arrays.ts'
import { convert, lines, records } from './helpers.ts'

const PIECES = [
  ...'aBc.,!-\'" \t\u0301',
  '\r\n',
  '\n\n',
  ' ',
  ' ',
  'Dr. ',
  'é',
  '👍🏽',
  '👩‍👩‍👧',
  '🇫🇮',
  'שלום',
  ' مرحبا ',
  '東京',
  'क्षि',
  '\u200f',
  '\u00a0',
  '\\n',
  '{"',
  '𝒳',
]
const LABELS = ['PER', 'LOC', 'A B', 'x:y', 'ORG|2', 'Ä=']

const randomText = (draw: Draw) =>
  Array.from({ length: 1 + draw.int(0, 40) }, () => PIECES[draw.int(0, PIECES.length)]).join('')

/** Spans over a sentence of n tokens, apart or side by side. */
function randomSpans(draw: Draw, n: number): Span[] {
  const spans: Span[] = []
  for (let at = 0; at < n;) {
    const end = Math.min(n, at + 1 + draw.int(0, 3))
    if (draw.number() < 0.5) spans.push({ type: LABELS[draw.int(0, LABELS.length)], start: at, end })
    at = end
  }
  return spans
}

/** Sentences of random text in columns: a token task and two span tasks. */
function randomColumns(draw: Draw): string {
  const sentences = Array.from({ length: 4 }, () => tokeniseText(randomText(draw), { utf16: 0, codePoints: 0 })).flat()
  const columns = ({ words }: { words: string[] }) => {
    const [ner, chunk] = [randomSpans(draw, words.length), randomSpans(draw, words.length)].map((spans) =>
      tagsOfSpans(spans, words.length, 'IOB2'),
    )
    return words
      .map((word, t) => `${word}\t${['NN', 'DT', '.', 'B-B'][draw.int(0, 3)]}\t${ner[t]}\t${chunk[t]}\n`)
      .join('')
  }
  return `${[...sentences, { words: ['Ann', 'slept'] }].map(columns).join('\n')}\n`
}

const TASKS = new Map([
  ['pos', ['1']],
  ['ner', ['2']],
  ['chunk', ['3']],
])

describe('columns', () => {
  test.each<AnnotationFormat[]>([
    ['doccano'],
    ['prodigy'],
    ['labelstudio'],
    ['conllu'],
    ['doccano', 'labelstudio', 'prodigy', 'conllu', 'doccano'],
  ])('by way of %s %s %s %s %s', async (...way) => {
    const draw = new Draw('columns', ...way)
    const kinds = new Map([
      ['pos', 'token'],
      ['ner', 'span'],
      ['chunk', 'span'],
    ] as const)
    for (let i = 0; i < 25; i++) {
      const columns = randomColumns(draw)
      let text = (await convert(columns, way[0], { from: 'conll', tasks: TASKS, kinds })).out
      for (const to of way.slice(1)) {
        const tasks = new Map([...TASKS.keys()].map((name) => [name, null]))
        text = (await convert(text, to, { tasks, kinds })).out
      }
      const back = await convert(text, 'conll', {
        tasks: new Map([...TASKS.keys()].map((name) => [name, null])),
        kinds,
      })
      expect(back.out).toBe(columns)
      expect(back.issues).toEqual([])
    }
  })
})

describe('texts with spans anywhere', () => {
  const doccano = (draw: Draw) => {
    const text = `${randomText(draw)}x`
    const borders = [...text].reduce((all, char) => [...all, all[all.length - 1] + char.length], [0])
    const label = Array.from({ length: draw.int(0, 5) }, () => {
      const [a, b] = [draw.int(0, borders.length), draw.int(0, borders.length)].sort((x, y) => x - y)
      return [borders[a], borders[b], LABELS[draw.int(0, LABELS.length)]]
    })
    return { id: draw.int(0, 99), text, label, note: { a: [1] } }
  }

  test('are the same in doccano after Label Studio', async () => {
    const draw = new Draw('texts')
    for (let i = 0; i < 60; i++) {
      const given = doccano(draw)
      const between = await convert(lines(given), 'labelstudio')
      for (const { value } of records(between.out)[0].annotations[0].result)
        expect([...given.text].slice(value.start, value.end).join('')).toBe(value.text)
      expect(records((await convert(between.out, 'doccano')).out)[0]).toMatchObject(given)
    }
  })

  test.each<[Tool, ToolUnit]>([
    ['doccano', 'utf16'],
    ['doccano', 'codePoints'],
    ['prodigy', 'codePoints'],
    ['prodigy', 'utf16'],
    ['labelstudio', 'codePoints'],
    ['labelstudio', 'utf16'],
  ])('%s in %s read again gives the same spans, token by token', async (tool, unit) => {
    const draw = new Draw('units', tool, unit)
    for (let i = 0; i < 30; i++) {
      const text = lines(doccano(draw))
      // Overlaps are no matter of dialects: the longest stay on both ways.
      const expected = await convert(text, 'conll', { spans: 'snap', kinds: new Map([['spans', 'span']]) })
      const between = (await convert(text, tool, { outOffsets: unit, spans: 'snap' })).out
      const found = await convert(between, 'conll', {
        offsets: unit,
        spans: 'snap',
        kinds: new Map([['spans', 'span']]),
      })
      expect(found.out.replaceAll('\n\n', '\n')).toBe(expected.out.replaceAll('\n\n', '\n'))
    }
  })
})

test('offsets in characters as a reader sees them come back at the borders of those', async () => {
  const draw = new Draw('graphemes')
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (let i = 0; i < 60; i++) {
    const text = `${randomText(draw)}x`
    const borders = [...Array.from(segmenter.segment(text), ({ index }) => index), text.length]
    const [a, b] = [draw.int(0, borders.length), draw.int(0, borders.length)].sort((x, y) => x - y)
    const { out } = await convert(lines({ text, label: [[borders[a], borders[b], 'X']] }), 'doccano', {
      outOffsets: 'graphemes',
    })
    expect(records(out)[0].label).toEqual([[a, b, 'X']])
    expect(records((await convert(out, 'doccano', { offsets: 'graphemes' })).out)[0].label).toEqual([
      [borders[a], borders[b], 'X'],
    ])
  }
})

describe('CoNLL-U', () => {
  const rows = [
    '# newpar',
    '# sent_id = s1',
    "# text = I can't.",
    '1\tI\ti\tPRON\tPRP\t_\t2\tnsubj\t_\t_',
    "2-3\tcan't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No",
    '2\tca\tcan\tAUX\tMD\t_\t0\troot\t_\t_',
    "3\tn't\tnot\tPART\tRB\t_\t2\tadvmod\t_\t_",
    '4\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\tEntity=B-X',
    '',
    '',
  ]

  test('rows, comments and ranges stay; its text and what its comments say go to the tools', async () => {
    const text = rows.join('\n')
    expect((await convert(text, 'conllu', { tasks: new Map([['upos', null]]) })).out).toBe(text)
    const [record] = records((await convert(text, 'doccano', { tasks: new Map([['entity', ['MISC:Entity']]]) })).out)
    expect(record).toMatchObject({ text: "I can't.", sent_id: 's1', label: [[7, 8, 'X']] })
  })

  test('metadata of tools stands in comments and comes back', async () => {
    const meta = { source: 'wire', id: 7, 'odd key': 'two\nlines', nested: { a: [1] } }
    const { out } = await convert(lines({ text: 'Ann  left', label: [[0, 3, 'PER']], ...meta }), 'conllu')
    expect(out.split('\n').slice(0, 3)).toEqual([
      '# source = wire',
      '# meta = {"id":7,"odd key":"two\\nlines","nested":{"a":[1]}}',
      '# text = Ann left',
    ])
    expect(records((await convert(out, 'doccano')).out)[0]).toMatchObject({
      text: 'Ann left',
      label: [[0, 3, 'PER']],
      ...meta,
    })
  })
})

test('odd words of columns stay as they are', async () => {
  const columns = 'a\ufeff\tB-X\n\u00a0\tO\n\u3000b\tB-X\nin 10\tI-X\n\n'
  for (const way of ['doccano', 'prodigy', 'labelstudio', 'conllu'] as const) {
    const { out } = await convert(columns, way, { from: 'conll', tasks: new Map([['x', ['1']]]) })
    expect((await convert(out, 'conll')).out).toBe(columns)
  }
})

test('files of many tokens are read and written', async () => {
  const columns = `${'Ann\tNN\nLee\tDT\n'.repeat(35)}\n`.repeat(2000)
  const { out, counts } = await convert(columns, 'conll')
  expect(out === columns).toBe(true)
  expect(counts).toMatchObject({ read: 2000, tasks: [{ kind: 'token', spans: 140_000 }] })
})

test('what a model said stays a suggestion', async () => {
  const result = [
    {
      from_name: 'ner',
      to_name: 'text',
      type: 'labels',
      score: 0.5,
      value: { start: 0, end: 1, text: 'a', labels: ['X'] },
    },
  ]
  const text = lines({ data: { text: 'a b', list: [], none: null }, predictions: [{ model_version: 'm', result }] })
  const [task] = records((await convert(text, 'labelstudio', { annotator: 'predictions' })).out)
  expect(task).not.toHaveProperty('annotations')
  expect(task).toMatchObject({
    data: { text: 'a b', list: [], none: null },
    predictions: [{ result: [{ score: 0.5 }] }],
  })
  const [example] = records((await convert(text, 'prodigy', { annotator: 'predictions' })).out)
  expect(example).not.toHaveProperty('answer')
  expect(example.spans).toEqual([{ start: 0, end: 1, token_start: 0, token_end: 0, label: 'X', score: 0.5 }])
})
