import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { splitByProblems } from '../../main/data/repair.ts'
import { splitFigures, unseenFigures } from '../../main/data/statistics.ts'
import { folder, readText } from './helpers.ts'

it('describes a split for a task', async () => {
  const table = (await readText(`a N B-A\nz X O\n\n${'a N O\n'.repeat(3)}b N B-B\nb N I-B\nb N B-B\n`, [1, 2])).read!
    .table
  expect(splitFigures(table, table.tags.get('1')!, 'token')).toEqual({
    sentences: 2,
    tokens: 8,
    longest: 6,
    lengths: [1, 1],
    labels: [
      { tag: 'N', count: 7 },
      { tag: 'X', count: 1 },
    ],
    spans: null,
  })
  expect(splitFigures(table, table.tags.get('2')!, 'span').spans).toEqual([
    { type: 'B', count: 2 },
    { type: 'A', count: 1 },
  ])
})

it('tells what dev has that train does not, words lower-cased', async () => {
  const train = (await readText('The N\ndog V\n', [1])).read!.table
  const dev = (await readText('the N\nCat X\ncat N\n\nDOG Y\nowl X\n', [1])).read!.table
  const tags = { task: 'pos', train: train.tags.get('1')!, dev: dev.tags.get('1')! }
  expect(unseenFigures(train.words, dev.words, [tags])).toEqual({
    tokens: 3,
    share: 0.6,
    words: [
      { word: 'cat', count: 2 },
      { word: 'owl', count: 1 },
    ],
    tags: [{ task: 'pos', tokens: 3, tags: ['X', 'Y'] }],
  })
})

describe('splitting a faulty file', () => {
  const faulty = '-DOCSTART- O\n\na X\nb\n\nc X\n\nd\n-DOCSTART- O\ne X\n\t\nf'
  const latin = Buffer.concat([
    Buffer.from('a X\r\n\r\nb '),
    Buffer.from([0xe9]),
    Buffer.from('\r\n\r\n'),
    Buffer.from('c X\r\n'),
  ])
  const conllu =
    '# 1\n1\ta\t_\tX\t_\t_\t_\t_\t_\t_\n\n# 2\n1\tb\t_\tX\t_\n\n-DOCSTART-\n\n# 3\n1\tc\t_\tY\t_\t_\t_\t_\t_\t_\n\n'

  const ontonotes = ['a', 'b c', 'd']
    .map(
      (words) =>
        `${words
          .split(' ')
          .map((word, i) => `x 0 ${word === 'c' ? 7 : i} ${word} NN (TOP*) - - - X * * -\n`)
          .join('')}\n`,
    )
    .join('')

  it.each<[string, string | Uint8Array, string, (string | number)[]]>([
    ['columns', faulty, 'in.txt', [1]],
    ['bytes that are not UTF-8, CRLF', latin, 'in.txt', [1]],
    ['CoNLL-U', conllu, 'in.conllu', ['UPOS']],
    ['gzip', gzipSync(faulty), 'in.txt.gz', [1]],
    ['CoNLL-2012', `#begin document (x); part 000\n${ontonotes}#end document\n`, 'in', ['POS']],
  ])(
    '%s: the good sentences have no fault, and good and rejected ones are all there are',
    async (_, content, name, tags) => {
      const { read, sentences } = await readText(content, tags, { name })
      const base = folder({ in: content })
      const [good, rejected] = [join(base, 'good'), join(base, 'rejected')]
      expect(await splitByProblems(join(base, 'in'), good, rejected, read!)).toBe(read!.badSentences)
      const again = await readText(readFileSync(good), tags, { name, format: read!.format })
      expect(again.faults).toEqual([])
      expect(again.sentences).toEqual(sentences)
      const left = await readText(readFileSync(rejected), tags, { name, format: read!.format })
      expect(left.read!.badSentences).toBe(read!.badSentences)
      expect(left.sentences).toEqual([])
      await expect(splitByProblems(join(base, 'in'), good, rejected, read!)).rejects.toThrow('EEXIST')
    },
  )

  it('keeps every byte of either', async () => {
    const { read } = await readText(latin, [1])
    const base = folder({ in: latin })
    await splitByProblems(join(base, 'in'), join(base, 'good'), join(base, 'rejected'), read!)
    expect(readFileSync(join(base, 'good'), 'latin1')).toBe('a X\r\n\r\n\r\nc X\r\n')
    expect(readFileSync(join(base, 'rejected'), 'latin1')).toBe('b \u00e9\r\n\n')
  })
})
