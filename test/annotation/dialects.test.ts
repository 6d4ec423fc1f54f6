/** What the tools write is read, and what they read is written, each with its own way to count. */
import { describe, expect, test } from 'vitest'
import { convert, lines, records, refusal } from './helpers.ts'

/** The thumb is two code points, four UTF-16 units, one character to a reader. */
const TEXT = '👍🏽 Zoë Lee went to Rome.'
const COLUMNS = '👍🏽\tO\nZoë\tB-PER\nLee\tI-PER\nwent\tO\nto\tO\nRome\tB-LOC\n.\tO\n\n'

const region = (start: number, end: number, label: string, text: string, more = {}) => ({
  from_name: 'label',
  to_name: 'text',
  type: 'labels',
  value: { start, end, text, labels: [label] },
  ...more,
})
const task = (annotations: object[], data: object = { text: TEXT }) => ({ id: 7, data, annotations, predictions: [] })

describe('doccano', () => {
  test.each([
    [
      'label',
      {
        text: TEXT,
        label: [
          [5, 12, 'PER'],
          [21, 25, 'LOC'],
        ],
      },
      null,
    ],
    [
      'labels',
      {
        text: TEXT,
        labels: [
          [5, 12, 'PER'],
          [21, 25, 'LOC'],
        ],
        Comments: [],
      },
      null,
    ],
    [
      'entities',
      {
        text: TEXT,
        entities: [
          { id: 3, label: 'PER', start_offset: 5, end_offset: 12 },
          { id: 4, label: 'LOC', start_offset: 21, end_offset: 25 },
        ],
        relations: [],
      },
      null,
    ],
    [
      'code points',
      {
        text: TEXT,
        label: [
          [3, 10, 'PER'],
          [19, 23, 'LOC'],
        ],
      },
      'codePoints',
    ],
    [
      'graphemes',
      {
        text: TEXT,
        label: [
          [2, 9, 'PER'],
          [18, 22, 'LOC'],
        ],
      },
      'graphemes',
    ],
  ] as const)('reads %s', async (_, record, offsets) => {
    expect((await convert(lines(record), 'conll', { from: 'doccano', offsets })).out).toBe(COLUMNS)
  })

  test('writes places in the unit asked for, and gives metadata back', async () => {
    const input = lines({ id: 1, text: TEXT, label: [[5, 12, 'PER']], source: 'wire', score: { a: 1 } })
    expect(records((await convert(input, 'doccano')).out)[0]).toMatchObject({
      id: 1,
      text: TEXT,
      label: [[5, 12, 'PER']],
      source: 'wire',
      score: { a: 1 },
    })
    expect(records((await convert(input, 'doccano', { outOffsets: 'graphemes' })).out)[0].label).toEqual([
      [2, 9, 'PER'],
    ])
  })

  test('relations and labels that nobody wants are counted', async () => {
    const record = {
      text: TEXT,
      entities: [
        { label: 'PER', start_offset: 5, end_offset: 12 },
        { label: 'LOC', start_offset: 21, end_offset: 25 },
      ],
      relations: [{}, {}],
    }
    const { out, counts } = await convert(lines(record), 'conll', { tasks: new Map([['place', ['LOC']]]) })
    expect(out).toContain('Rome\tB-LOC')
    expect(out).not.toContain('PER')
    expect(counts.notes).toEqual(['spans of other labels left out: 1', 'relations left out: 2'])
    expect(await refusal(lines(record), 'conll', { tasks: new Map([['place', ['GPE']]]) })).toContain(
      'in: found no span of place, but others',
    )
  })
})

describe('Prodigy', () => {
  const span = { start: 3, end: 10, token_start: 1, token_end: 2, label: 'PER' }
  const example = { text: TEXT, spans: [span], answer: 'accept', _input_hash: 5, meta: { source: 'wire' } }

  test('what was rejected or ignored is no data, and said', async () => {
    const { out, counts } = await convert(
      lines(
        example,
        { ...example, answer: 'reject' },
        { ...example, answer: 'ignore' },
        { ...example, answer: 'ignore' },
      ),
      'doccano',
    )
    expect(records(out)).toEqual([expect.objectContaining({ text: TEXT, label: [[5, 12, 'PER']], source: 'wire' })])
    expect(out).not.toContain('_input_hash')
    expect(counts.notes).toEqual(['examples rejected left out: 1', 'examples ignored left out: 2'])
  })

  test('its tokens are kept, those of white space left out', async () => {
    const tokens = [
      ['A-', 0, 2],
      ['b', 2, 3],
      ['\n', 3, 4],
      ['c', 4, 5],
    ].map(([text, start, end], id) => ({ text, start, end, id, ws: false }))
    const { out } = await convert(lines({ text: 'A-b\nc', tokens, spans: [{ start: 2, end: 3, label: 'X' }] }), 'conll')
    expect(out).toBe('A-\tO\nb\tB-X\nc\tO\n\n')
  })

  test('tokens with their texts tell what offsets count', async () => {
    const tokens = [
      ['😀', 0, 2],
      ['b', 3, 4],
    ].map(([text, start, end], id) => ({ text, start, end, id, ws: id === 0 }))
    expect(
      (await convert(lines({ text: '😀 b', tokens, spans: [{ start: 3, end: 4, label: 'X' }] }), 'conll')).out,
    ).toBe('😀\tO\nb\tB-X\n\n')
  })

  test('is written with tokens; the last token of a span is its own', async () => {
    const [written] = records((await convert(lines({ text: TEXT, label: [[5, 12, 'PER']] }), 'prodigy')).out)
    expect(written.tokens.slice(0, 2)).toEqual([
      { text: '👍🏽', start: 0, end: 2, id: 0, ws: true },
      { text: 'Zoë', start: 3, end: 6, id: 1, ws: true },
    ])
    expect(written).toMatchObject({ text: TEXT, spans: [span], answer: 'accept' })
  })
})

describe('Label Studio', () => {
  const points = [region(3, 10, 'PER', 'Zoë Lee'), region(19, 23, 'LOC', 'Rome')]
  const units = [region(5, 12, 'PER', 'Zoë Lee'), region(21, 25, 'LOC', 'Rome')]

  test.each([
    ['an array', JSON.stringify([task([{ result: points }])])],
    ['an array over many lines', JSON.stringify([task([{ result: points }])], null, 2)],
    ['lines', lines(task([{ result: points }]))],
    ['old versions, which count otherwise: the texts say so', lines(task([{ result: units }]))],
    ['another field of the text', lines(task([{ result: points }], { tweet: TEXT }))],
  ])('reads %s', async (_, text) => {
    expect((await convert(text, 'conll')).out).toBe(COLUMNS)
  })

  test('without texts the flag says what offsets count', async () => {
    const bare = units.map(({ value: { text: _, ...value }, ...rest }) => ({ ...rest, value }))
    expect((await convert(lines(task([{ result: bare }])), 'conll', { offsets: 'utf16' })).out).toBe(COLUMNS)
  })

  test('a text that is not where it should be is told', async () => {
    expect(await refusal(lines(task([{ result: [region(3, 10, 'PER', 'Bob')] }])), 'conll')).toContain(
      '1 span does not fit',
    )
    const { issues } = await convert(lines(task([{ result: [region(3, 10, 'PER', 'Bob')] }])), 'conll', {
      spans: 'snap',
    })
    expect(issues).toEqual([
      expect.stringMatching(
        /^in:1: label: "Zoë Lee" \(PER, characters 3 to 10\) the file says "Bob" is there: taken by its offsets/,
      ),
    ])
  })

  test('several annotators: an error that says so, the first, or one of them; what was cancelled counts for none', async () => {
    const text = lines(
      task([
        { completed_by: 1, result: [], was_cancelled: true },
        { completed_by: 2, result: points },
        { completed_by: { email: 'b@x.org' }, result: [] },
      ]),
    )
    expect(await refusal(text, 'conll')).toBe(
      'in:1: annotations: found 2 of one task (by 2, b@x.org), expected one; --annotator first, or 2, chooses',
    )
    expect((await convert(text, 'conll', { annotator: 'first' })).out).toBe(COLUMNS)
    expect((await convert(text, 'conll', { annotator: 'b@x.org', tasks: new Map([['ner', null]]) })).out).not.toContain(
      'PER',
    )
    expect(await refusal(text, 'conll', { annotator: '9' })).toContain('tasks without annotations by 9 left out: 1')
  })

  test('other results, and tasks without work, are counted', async () => {
    const { counts } = await convert(
      lines(
        task([{ result: [...points, { type: 'choices', from_name: 'c', value: { choices: ['a'] } }] }]),
        task([]),
        task([{ was_cancelled: true }]),
      ),
      'conll',
    )
    expect(counts.notes).toEqual([
      'results left out that are no labels of text (choices): 1',
      'tasks without annotations left out: 1',
      'tasks skipped by their annotator left out: 1',
    ])
  })

  test('is written as a JSON array, with the set-up that its project needs', async () => {
    const { out, counts } = await convert(lines({ text: TEXT, label: [[5, 12, 'PER']] }), 'labelstudio', {
      tasks: new Map([['ner', null]]),
    })
    expect(JSON.parse(out)).toEqual([
      {
        data: { text: TEXT, sparse_sharing: { tasks: { ner: 'span' } } },
        annotations: [
          {
            result: [
              {
                id: 'ner-0',
                from_name: 'ner',
                to_name: 'text',
                type: 'labels',
                value: { start: 3, end: 10, text: 'Zoë Lee', labels: ['PER'] },
              },
            ],
          },
        ],
      },
    ])
    expect(counts.notes).toContain(
      `the project's labelling set-up: <View><Labels name="ner" toName="text"><Label value="PER"/></Labels><Text name="text" value="$text"/></View>`,
    )
  })
})

test.each<[string, string, [string, string[] | null], string]>([
  ['conll', 'a X\n', ['pos', null], 'in: --task pos: found no column, expected pos=COLUMN, a number from 0'],
  ['conll', 'a X\n', ['pos', ['UPOS']], 'in: --task pos: found UPOS, expected pos=COLUMN, a number from 0'],
  [
    'conllu',
    '1\ta\t_\tX\t_\t_\t_\t_\t_\t_\n',
    ['pos', ['UP', 'X']],
    'in: --task pos: found UP,X, expected pos=COLUMN, a name like UPOS or MISC:Key',
  ],
])('%s: a task that is in no column is told', async (from, text, task, message) => {
  expect(await refusal(text, 'doccano', { from: from as 'conll', tasks: new Map([task]) })).toBe(message)
})

test.each<[string, string, string]>([
  [
    'doccano',
    '{"text":"a b","label":[[0,1,"X"]]}\n{"text":"a b","label":[[2,9,"X"]]}\n',
    'in: 1 span does not fit, nothing was written',
  ],
  ['doccano', '{"text":"a","label":["good"]}', 'in:1: label[0]: found "good", expected [start, end, label]'],
  ['doccano', '\n{"text":"a","label":[[0,1,""]]}', 'in:2: label[0] label: found "", expected a label'],
  ['doccano', '{"text":5,"label":[]}', 'in:1: text: found 5, expected a text'],
  [
    'prodigy',
    '{"text":"a","spans":[{"start":0.5,"end":1,"label":"X"}]}',
    'in:1: spans[0].start: found 0.5, expected a whole number from 0',
  ],
  [
    'prodigy',
    '{"text":"ab","tokens":[{"text":"ab","start":0,"end":2},{"text":"b","start":1,"end":2}]}',
    'in:1: tokens: found 1 after 2',
  ],
  ['prodigy', '{"text":"ab"', 'in:1: found no JSON'],
  [
    'labelstudio',
    '[\n{"data":{"text":"a"},"annotations":[{"result":[]}]},\n{"data":{"a":1,"b":2},"annotations":[]}\n]',
    'in:3: data: found the fields a, b, expected a field text',
  ],
  ['labelstudio', '[\n{"data":\n', 'in:2: found no JSON'],
  ['auto', '{"words":[]}', 'in: found JSON with the fields words, expected that of doccano'],
  ['auto', '\n \n', 'in: found nothing, expected annotated text'],
  ['conll', 'a X\nb\n', 'in:2: found 1 column, expected a tag in column 1'],
  ['conllu', '1\ta\t_\n', 'in:1: found 3 columns separated by tab'],
])('%s: %j is told', async (from, text, message) => {
  expect(
    await refusal(text, 'conll', {
      from: from as 'auto',
      tasks: new Map(from === 'conll' ? [['t', ['1']]] : from === 'conllu' ? [['t', ['UPOS']]] : []),
    }),
  ).toContain(message)
})
