/** Formats in and out, without a network: sentences as files have them, and tags as files take them. */
import { describe, expect, test } from 'vitest'
import { sentenceGroups } from '../../main/tagger/source.ts'
import { taggedSentences } from '../../main/tagger/tagged.ts'
import { writerFor } from '../../main/tagger/writers.ts'
import type { InputFormat, OutputFormat, SchemeOut, Sentence, TaggedTask } from '../../shared/tags/tagging.ts'
import { configSchema } from '../../shared/settings/config.ts'
import { Draw } from '../support/arrays.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, format: InputFormat, { size = 7, name = 'some file' } = {}): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  for await (const group of sentenceGroups(inPieces(text, size), { format, words: 0, name })) sentences.push(...group)
  return sentences
}

const wordsOf = (sentences: Sentence[]) => sentences.map(({ words }) => words.join(' '))

const TASKS: TaggedTask[] = [
  { name: 'pos', kind: 'token', scheme: null, tagNames: ['NN', 'A|B', '_'] },
  { name: 'ner', kind: 'span', scheme: 'BIOES', tagNames: ['O', 'B-PER', 'I-PER', 'E-PER', 'S-LOC'] },
]
const config = configSchema.parse({
  corpora: { a: { train: 'a' } },
  tasks: { pos: { tags: 'MISC:Pos' }, ner: { tags: 3 } },
})

/** Sentences written with these ids of both tasks. */
function write(
  sentences: Sentence[],
  pos: number[],
  ner: number[],
  format: OutputFormat,
  scheme: SchemeOut = 'asTrained',
): string {
  const tags = [
    { task: 'pos', ids: Int32Array.from(pos), confidence: null },
    { task: 'ner', ids: Int32Array.from(ner), confidence: null },
  ]
  const plain = (text: string) => text
  const writer = writerFor({
    format,
    tasks: TASKS,
    config,
    offsets: 'codePoints',
    columns: 80,
    paint: { bold: plain, dim: plain, good: plain },
  })
  return taggedSentences(sentences, tags, TASKS, scheme).map(writer).join('')
}

describe('what is read', () => {
  test.each<[InputFormat, string, string[]]>([
    ['text', 'One. Two.\nThree\r\n\nFour', ['One .', 'Two .', 'Three', 'Four']],
    ['wrapped', 'One\ntwo. Three\r\n\r\n\nFour\nfive', ['One two .', 'Three', 'Four five']],
    ['lines', 'One. Two.\n\n Three\n', ['One . Two .', 'Three']],
    ['tokens', "do n't  (\n\nx.\r\n", ["do n't (", 'x.']],
    ['conll', '-DOCSTART- -X-\n\na NN\nb  NN\n \nc NN\r\n', ['a b', 'c']],
    ['conll', '\na b\tNN\nc\tNN\n\n\nd\tNN', ['a b c', 'd']],
    [
      'conllu',
      '# sent\n1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n2\tb\t_\t_\t_\t_\t_\t_\t_\t_\n\n',
      ['a b'],
    ],
    ['auto', '1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n', ['a']],
    ['auto', 'Plain text. Yes', ['Plain text .', 'Yes']],
    ['auto', '-DOCSTART- -X- O O\n\nEU NNP I-ORG\nrejects VBZ O\n', ['EU rejects']],
    ['auto', 'EU\tB-ORG\r\nrejects\tO\r\n\r\nGerman\tS-MISC\r\n', ['EU rejects', 'German']],
    // Neither lines of as many words, nor a column or two of tags, are columns yet.
    ['auto', 'Vitamin A\nVitamin O\n', ['Vitamin A', 'Vitamin O']],
    ['auto', 'one O\ntwo O\nthree of O\n', ['one O', 'two O', 'three of O']],
    ['auto', 'O\nO\nO\n', ['O', 'O', 'O']],
  ])('%s: %j', async (format, text, expected) => {
    for (const size of [1, 7, 1000])
      expect(wordsOf(await read(text, format, { size: format === 'auto' ? 1000 : size })), `pieces of ${size}`).toEqual(
        expected,
      )
  })

  const row = (id: number, word: string) => `${id}\t${word}${'\t_'.repeat(8)}\n`
  const conll2012 = (name: string, word: string) =>
    `#begin document (${name}); part 000\n${name} 0 0 ${word} NN * - - - - * -\n\n#end document\n`
  test.each<[InputFormat, string, (string | undefined)[]]>([
    ['conll', 'x N\n\n-DOCSTART- -X-\n\na N\n\nb N\n-DOCSTART- -X-\nc N\n', [undefined, '1', '1', '2']],
    [
      'conllu',
      `${row(1, 'x')}\n# newdoc id = one\n# newpar\n${row(1, 'a')}\n${row(1, 'b')}\n#newdoc\n${row(1, 'c')}`,
      [undefined, 'one', 'one', '1'],
    ],
    ['conll2012', conll2012('d/1', 'a') + conll2012('d/2', 'b'), ['(d/1); part 000', '(d/2); part 000']],
    ['text', 'One. Two.', [undefined, undefined]],
  ])('documents of %s: %j', async (format, text, expected) => {
    expect((await read(text, format)).map(({ document }) => document)).toEqual(expected)
  })

  test('auto goes by the name too', async () => {
    expect(wordsOf(await read('a NN\nb NN\n', 'auto', { name: 'some.CONLL.gz' }))).toEqual(['a b'])
  })

  test.each<[InputFormat, string, string]>([
    ['conllu', '1\ta\n', 'some file:1: found 2 columns separated by tab'],
    ['conllu', '# x\n2\ta\t_\t_\t_\t_\t_\t_\t_\t_\n', 'some file:2: found the ID 2, expected 1'],
    ['conll', 'a\tNN\n\tNN\n', 'some file:2: found nothing in column 0'],
  ])('a fault of %s is told: %j', async (format, text, message) => {
    await expect(read(text, format)).rejects.toThrow(message)
  })

  test('starts are places in the file, whatever its lines and pieces', async () => {
    const draw = new Draw('starts')
    const parts = ['A b.', ' ', '👍🏽 c!', '\n', '\r\n', '\n\n', 'D\u00e9. ']
    for (let i = 0; i < 30; i++) {
      const text = Array.from({ length: 20 }, () => parts[draw.int(0, parts.length)]).join('')
      for (const format of ['text', 'wrapped', 'lines'] as const) {
        for (const { text: own, start } of await read(text, format, { size: 1 + draw.int(0, 9) })) {
          expect(text.startsWith(own, start!.utf16)).toBe(true)
          expect(Array.from(text).slice(start!.codePoints).join('').startsWith(own)).toBe(true)
        }
      }
    }
  })
})

describe('what is written', () => {
  const sentence = async () => read('Ann Lee,  Rome', 'text')

  test('columns; ill-formed spans are mended as the score reads them', async () => {
    expect(write(await sentence(), [0, 1, 0, 2], [2, 2, 0, 4], 'conll')).toBe(
      'Ann\tNN\tB-PER\nLee\tA|B\tE-PER\n,\tNN\tO\nRome\t_\tS-LOC\n\n',
    )
    expect(write(await sentence(), [0, 1, 0, 2], [2, 2, 0, 4], 'conll', 'IOB1')).toBe(
      'Ann\tNN\tI-PER\nLee\tA|B\tI-PER\n,\tNN\tO\nRome\t_\tI-LOC\n\n',
    )
  })

  test('CoNLL-U: keys of MISC, space, text', async () => {
    expect(write(await sentence(), [0, 1, 0, 2], [1, 3, 0, 4], 'conllu')).toBe(
      [
        '# text = Ann Lee, Rome',
        '1\tAnn\t_\t_\t_\t_\t_\t_\t_\tPos=NN|ner=B-PER',
        '2\tLee\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No|Pos=A\\pB|ner=E-PER',
        '3\t,\t_\t_\t_\t_\t_\t_\t_\tPos=NN',
        '4\tRome\t_\t_\t_\t_\t_\t_\t_\tner=S-LOC',
        '',
        '',
      ].join('\n'),
    )
  })

  test('CoNLL-U in stays as it is but for the tags', async () => {
    const rows = [
      '# a = b',
      '1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_',
      '1\ta\tl\tX\tY\tF=1\t0\troot\t_\tK=1|ner=S-PER',
      '2\tb\t_\t_\t_\t_\t1\tx\t_\t_',
      '2.1\tc\t_\t_\t_\t_\t_\t_\t_\t_',
    ]
    const out = write(await read(`${rows.join('\n')}\n`, 'conllu'), [0, 2], [0, 4], 'conllu')
    expect(out.split('\n')).toEqual([
      rows[0],
      rows[1],
      '1\ta\tl\tX\tY\tF=1\t0\troot\t_\tK=1|Pos=NN',
      '2\tb\t_\t_\t_\t_\t1\tx\t_\tner=S-LOC',
      rows[4],
      '',
      '',
    ])
  })

  test('a task learnt from a column goes back there', async () => {
    const plain = (text: string) => text
    const upos = configSchema.parse({ corpora: { a: { train: 'a' } }, tasks: { pos: { tags: 'UPOS' } } })
    const writer = writerFor({
      format: 'conllu',
      tasks: [TASKS[0]],
      config: upos,
      offsets: 'utf16',
      columns: 80,
      paint: { bold: plain, dim: plain, good: plain },
    })
    const [tagged] = taggedSentences(
      await read('x', 'tokens'),
      [{ task: 'pos', ids: Int32Array.of(0), confidence: null }],
      TASKS,
      'asTrained',
    )
    expect(writer(tagged)).toBe('1\tx\t_\tNN\t_\t_\t_\t_\t_\t_\n\n')
  })

  test('JSON: offsets in code points, spans with their tokens', async () => {
    const [line] = write(await read('👍🏽 Ann Lee', 'text'), [0, 0, 0], [0, 1, 3], 'jsonl').split('\n')
    expect(JSON.parse(line)).toEqual({
      start: 0,
      text: '👍🏽 Ann Lee',
      tokens: [
        { text: '👍🏽', start: 0, end: 2 },
        { text: 'Ann', start: 3, end: 6 },
        { text: 'Lee', start: 7, end: 10 },
      ],
      tags: { pos: ['NN', 'NN', 'NN'], ner: ['O', 'B-PER', 'E-PER'] },
      spans: { ner: [{ type: 'PER', start: 3, end: 10, from: 1, to: 3 }] },
    })
  })

  test('text: spans are drawn below their words', async () => {
    expect(write(await sentence(), [0, 0, 0, 0], [1, 3, 0, 4], 'text')).toBe(
      '     Ann  Lee  ,   Rome\npos  NN   NN   NN  NN\nner  PER─────      LOC\n\n',
    )
  })

  test('columns of random text read in again are the same tokens', async () => {
    const draw = new Draw('columns')
    const alphabet = [...'ab.,#- \t\u00e9\u0301', '\u00a0', '👍🏽', '-DOCSTART-', '\n']
    for (let i = 0; i < 50; i++) {
      const sentences = await read(
        Array.from({ length: 40 }, () => alphabet[draw.int(0, alphabet.length)]).join(''),
        'text',
      )
      const n = sentences.reduce((sum, { words }) => sum + words.length, 0)
      const zeros = new Array<number>(n).fill(0)
      for (const format of ['conll', 'conllu'] as const)
        expect(wordsOf(await read(write(sentences, zeros, zeros, format), format))).toEqual(wordsOf(sentences))
    }
  })
})
