/** Formats of other tools and corpora, in the shapes they have: each is recognised by its content and read, or refused by its name. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detect } from '../../main/data/detect.ts'
import { folder, readText } from '../data/helpers.ts'
import { convert, lines, refusal } from './helpers.ts'

const COLUMNS = 'Anna\tB-PER\nvisits\tO\nLyon\tB-LOC\n\n'
const HF = { tokens: ['Anna', 'visits', 'Lyon'], ner_tags: ['B-PER', 'O', 'B-LOC'] }
const WEBANNO = [
  '#FORMAT=WebAnno TSV 3.3',
  '#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value',
  '',
  '',
  '#Text=Anna Keller visits Lyon',
  '1-1\t0-4\tAnna\t*[1]\tPER[1]\t',
  '1-2\t5-11\tKeller\t*[1]\tPER[1]\t',
  '1-3\t12-18\tvisits\t_\t_\t',
  '1-4\t19-23\tLyon\t*\tLOC\t',
  '',
].join('\n')
const SPACY = [
  {
    id: 0,
    paragraphs: [
      {
        raw: 'Anna visits Lyon',
        sentences: [
          {
            tokens: [
              { orth: 'Anna', ner: 'U-PER', tag: 'NNP' },
              { orth: 'visits', ner: 'O', tag: 'VBZ' },
              { orth: 'Lyon', ner: 'U-LOC', tag: 'NNP' },
            ],
          },
        ],
      },
    ],
  },
]

describe('tokens and tags', () => {
  test.each<[string, string, string]>([
    ['huggingface', lines(HF), 'ner_tags'],
    ['huggingface', JSON.stringify([HF], null, 2), 'ner_tags'],
    ['huggingface', JSON.stringify({ tokens: [HF.tokens], ner_tags: [HF.ner_tags] }), 'ner_tags'],
    ['csv', 'Sentence #,Word,POS,Tag\nSentence: 1,Anna,N,B-PER\n,visits,V,O\n,Lyon,N,B-LOC\n', 'Tag'],
    ['csv', '"sentence_id";"words";"labels"\n0;Anna;B-PER\n0;visits;O\n0;Lyon;B-LOC\n', 'labels'],
    ['csv', `Sentence #,Sentence,Tag\nSentence: 1,Anna visits Lyon,"['B-PER', 'O', 'B-LOC']"\n`, 'Tag'],
    ['conllup', '# global.columns = ID FORM FRAME\n1\tAnna\tB-PER\n2\tvisits\tO\n3\tLyon\tB-LOC\n\n', 'FRAME'],
    ['spacy', JSON.stringify(SPACY), 'ner'],
  ])('%s', async (format, text, column) => {
    const { out, counts } = await convert(text, 'conll', { tasks: new Map([['ner', [column]]]) })
    expect([counts.from, out]).toEqual([format, COLUMNS])
    // What train reads is the same, in the scheme of the file.
    const { read, sentences, faults } = await readText(text, [column])
    expect([read?.format, faults]).toEqual([format, []])
    expect(sentences[0].replaceAll('U-', 'B-')).toBe('Anna/B-PER visits/O Lyon/B-LOC')
  })

  test('webanno: spans over tokens, by their number', async () => {
    const { sentences, faults } = await readText(WEBANNO, ['NamedEntity.value'])
    expect(faults).toEqual([])
    expect(sentences).toEqual(['Anna/B-PER Keller/I-PER visits/O Lyon/B-LOC'])
    const { out } = await convert(WEBANNO, 'conll', { tasks: new Map([['ner', ['NamedEntity.value']]]) })
    expect(out).toBe('Anna\tB-PER\nKeller\tI-PER\nvisits\tO\nLyon\tB-LOC\n\n')
  })

  test('numbers take the names that the user gives, and are refused without', async () => {
    const text = lines({ tokens: ['Anna', 'in', 'Lyon'], ner_tags: [1, 0, 3] })
    const { out } = await convert(text, 'conll', { labels: 'O,B-PER,I-PER,B-LOC,I-LOC' })
    expect(out).toBe('Anna\tB-PER\nin\tO\nLyon\tB-LOC\n\n')
    expect(await refusal(text, 'conll')).toContain('in:1: found numbers in ner_tags and no names for them')
    expect(await refusal(text, 'conll', { labels: 'O,B-PER' })).toContain('in:1: found the number 3 in ner_tags')
    const info = {
      features: { ner_tags: { feature: { names: ['O', 'B-PER', 'I-PER', 'B-LOC'], _type: 'ClassLabel' } } },
    }
    const path = join(folder({ 'dataset_info.json': JSON.stringify(info) }), 'dataset_info.json')
    expect((await convert(text, 'conll', { labels: path })).out).toBe(out)
    writeFileSync(
      path,
      '---\ndataset_info:\n  features:\n  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n          "0": O\n          "1": B-PER\n          "2": I-PER\n          "3": B-LOC\n---\n',
    )
    expect((await convert(text, 'conll', { labels: path })).out).toBe(out)
  })

  test('WikiANN’s language before every word is left out; one before some words is not', async () => {
    expect((await readText('en:Anna\tB-PER\nen:visits\tO\nen:Lyon\tB-LOC\n', [1])).sentences).toEqual([
      'Anna/B-PER visits/O Lyon/B-LOC',
    ])
    expect((await readText('en:Anna\tB-PER\nvisits\tO\nen:Lyon\tB-LOC\n', [1])).sentences).toEqual([
      'en:Anna/B-PER visits/O en:Lyon/B-LOC',
    ])
  })
})

describe('spans of characters', () => {
  const text = 'Anna visits Lyon'
  test.each<[string, string]>([
    [
      'doccano',
      JSON.stringify([
        {
          text,
          labels: [
            [0, 4, 'PER'],
            [12, 16, 'LOC'],
          ],
        },
      ]),
    ],
    [
      'labelstudio',
      JSON.stringify([
        {
          id: 1,
          text,
          label: [
            { start: 0, end: 4, text: 'Anna', labels: ['PER'] },
            { start: 12, end: 16, text: 'Lyon', labels: ['LOC'] },
          ],
          annotator: 1,
          annotation_id: 7,
        },
      ]),
    ],
    [
      'spacytext',
      JSON.stringify([
        [
          text,
          {
            entities: [
              [0, 4, 'PER'],
              [12, 16, 'LOC'],
            ],
          },
        ],
      ]),
    ],
    [
      'spacytext',
      JSON.stringify({
        classes: ['PER'],
        annotations: [
          [
            text,
            {
              entities: [
                [0, 4, 'PER'],
                [12, 16, 'LOC'],
              ],
            },
          ],
        ],
      }),
    ],
    [
      'prodigy',
      JSON.stringify([
        {
          text,
          spans: [
            { start: 0, end: 4, label: 'PER' },
            { start: 12, end: 16, label: 'LOC' },
          ],
        },
      ]),
    ],
  ])('%s', async (format, file) => {
    const { out, counts } = await convert(file, 'conll')
    expect([counts.from, out]).toEqual([format, COLUMNS])
    // train names the tool and the way.
    const { read, faults } = await readText(file, [1])
    expect(read).toBe(null)
    expect(faults[0]).toMatch(
      /^file\.txt: found .*, expected tokens with tags: `sparse-sharing convert FILE --to conll`/,
    )
  })

  test('brat: the text is in the file beside the annotations', async () => {
    const path = join(
      folder({ 'a.txt': `${text}\n`, 'a.ann': 'T1\tPER 0 4\tAnna\nT2\tLOC 12 16\tLyon\nR1\tIn Arg1:T1 Arg2:T2\n' }),
      'a.ann',
    )
    const { out, counts } = await convert('T1\tPER 0 4\tAnna\nT2\tLOC 12 16\tLyon\nR1\tIn Arg1:T1 Arg2:T2\n', 'conll', {
      path,
    })
    expect([counts.from, out, counts.notes]).toEqual(['brat', COLUMNS, ['relations left out: 1']])
    expect(await refusal('T1\tPER 0 4\tAnna\n', 'conll')).toContain('expected the .ann file, its .txt beside it')
  })

  test.each([
    ['beyond the text', [12, 17, 'LOC'], 'is not within its text'],
    ['start after end', [4, 0, 'PER'], 'starts after its end'],
  ])('a span %s is listed, and obeys the policy', async (_, span, said) => {
    const file = lines({ text, label: [[0, 4, 'PER'], span] })
    for (const to of ['conll', 'prodigy', 'doccano', 'labelstudio'] as const) {
      expect(await refusal(file, to)).toContain('1 span does not fit')
      const { issues, out } = await convert(file, to, { spans: 'skip' })
      expect(issues[0]).toContain(said)
      expect(out).toContain('PER')
    }
  })
})

describe('what is not read is refused by its name', () => {
  test.each<[string, string, string]>([
    [
      'HTML of Label Studio',
      JSON.stringify([
        {
          data: { text: '<p>A</p>' },
          annotations: [
            {
              result: [
                { type: 'hypertextlabels', from_name: 'l', value: { start: '/p[1]', end: '/p[1]', labels: ['X'] } },
              ],
            },
          ],
        },
      ]),
      'labels of HTML',
    ],
    ['XML', '<?xml version="1.0"?>\n<doc/>\n', 'found XML'],
    ['the JSON CAS of INCEpTION', '{"%TYPES": {}, "%FEATURE_STRUCTURES": []}', 'export WebAnno TSV 3'],
    ['a notebook', '{"cells": [], "nbformat": 4}', 'a Jupyter notebook'],
    ['PubTator', '1|t|A title\n1|a|An abstract\n', 'PubTator'],
    ['a table without sentences', 'word,tag\nAnna,B-PER\n', 'expected a column for the sentence'],
    ['other JSON', '{"foo": 1}\n', 'found JSON with the fields foo'],
    ['JSON that is cut off', '[{"text": "a", "label": [[0, 1, "X"]]},', 'found no JSON'],
    [
      'labels by number',
      lines({ text: 'a', annotations: [{ label: 3, start_offset: 0, end_offset: 1 }] }),
      'JSONL (Text label)',
    ],
    ['prose', 'Anna visits Lyon.\n\nShe sleeps.\n', 'found running text'],
  ])('%s', async (_, text, said) => {
    expect(await refusal(text, 'conll')).toContain(said)
  })

  test('JSON nested 100,000 deep, with its line', async () => {
    expect(await refusal(`{"text": ${'['.repeat(100_000)}`, 'conll')).toMatch(
      /^in:1: found JSON nested more than 500 deep/,
    )
  })

  test('prose by train, for what it is', async () => {
    const { faults } = await readText('Anna visits Lyon.\n\nShe sleeps.\n\nNobody knows.\n', [1])
    expect(faults).toEqual([
      'file.txt:1: found running text, expected a token a line with its tags, and a blank line after each sentence',
    ])
  })
})

test('a bracket that is a word does not make JSON of columns', () => {
  expect(detect(['[ O', 'Anna B-PER', '] O', '', '{ O'], 'x')).toEqual({ kind: 'format', format: 'conll' })
  expect(detect(['[Applause] Thank you.', 'Thanks.'], 'x')).toEqual({ kind: 'text' })
})

describe('lines and encodings', () => {
  test.each([
    ['CR', '\r'],
    ['CRLF', '\r\n'],
    ['LF', '\n'],
  ])('line ends of %s', async (_, end) => {
    const { sentences, faults } = await readText(COLUMNS.replaceAll('\n', end), [1])
    expect([sentences, faults]).toEqual([['Anna/B-PER visits/O Lyon/B-LOC'], []])
    expect((await convert(COLUMNS.replaceAll('\n', end), 'conll')).out).toBe(COLUMNS)
  })

  test('a carriage return within a line is a problem', async () => {
    const { faults } = await readText('a\rb O\nc O\n\nd O\n', [1])
    expect(faults[0]).toContain('file.txt:1: found a carriage return within the line')
  })

  test('encodings by name; UTF-16 by its mark', async () => {
    const latin = Buffer.from('Zoé\tB-PER\n', 'latin1')
    expect((await readText(latin, [1])).faults).toEqual([
      'file.txt:1: found bytes that are not UTF-8, expected UTF-8 text',
    ])
    expect((await readText(latin, [1], { encoding: 'latin1' })).sentences).toEqual(['Zoé/B-PER'])
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Zoé\tB-PER\n', 'utf16le')])
    expect((await readText(utf16, [1])).sentences).toEqual(['Zoé/B-PER'])
    expect((await readText(latin, [1], { encoding: 'klingon' })).faults[0]).toContain('found the encoding klingon')
    expect(
      (await readText(Buffer.from('a\tX\n\x81\x20\tX\n', 'latin1'), [1], { encoding: 'shift_jis' })).faults[0],
    ).toMatch(/^file\.txt:2: found bytes that are not shift_jis/)
  })
})

describe('MISC of CoNLL-U', () => {
  const row = (misc: string) => `1\tLyon\t_\tX\t_\t_\t_\t_\t_\t${misc}\n\n`
  test('\\p is a bar, for train as for convert', async () => {
    expect((await readText(row('ner=B-LOC\\pGPE'), ['MISC:ner'])).sentences).toEqual(['Lyon/B-LOC|GPE'])
    expect(
      (
        await convert(row('ner=B-LOC\\pGPE'), 'conll', {
          tasks: new Map([['ner', ['MISC:ner']]]),
          kinds: new Map([['ner', 'span']]),
        })
      ).out,
    ).toBe('Lyon\tB-LOC|GPE\n\n')
  })
  test.each([
    ['items apart by a space', 'SpaceAfter=No name=B-PER', 'name', 'expected items apart by |'],
    ['brackets of nested spans', 'Entity=(1-person-giv', 'Entity', 'the brackets of nested spans'],
  ])('%s are reported', async (_, misc, key, said) => {
    expect((await readText(row(misc), [`MISC:${key}`])).faults[0]).toContain(said)
    expect(await refusal(row(misc), 'conll', { tasks: new Map([['t', [`MISC:${key}`]]]) })).toContain(`in:1: `)
  })
})
