import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { columnOf, splitColumns, withTabs } from '../../main/data/conllLayout.ts'
import { deriveKey, uniform } from '../../shared/util/random.ts'
import { readText } from './helpers.ts'

describe('CoNLL columns', () => {
  it('reads sentences apart by blank lines, by lines of tabs and spaces, and at the end of the file', async () => {
    const { sentences, faults } = await readText('a X\nb Y\n\nc X\n \t \n\n\nd Y', [1])
    expect(faults).toEqual([])
    expect(sentences).toEqual(['a/X b/Y', 'c/X', 'd/Y'])
  })

  it('skips -DOCSTART- lines with and without the blank line after them', async () => {
    const { sentences } = await readText(
      '-DOCSTART- -X- O\n\na N O\n-DOCSTART- -X- O\nb N O\n\n-DOCSTART-\n\nc N O\n',
      [2],
    )
    expect(sentences).toEqual(['a/O', 'b/O', 'c/O'])
  })

  it('decides on tabs once for a file: words may hold spaces then', async () => {
    const { sentences, faults } = await readText('New York\tB-LOC\n10 000\tO\n\t\nParis\tB-LOC\n', [1])
    expect(faults).toEqual([])
    expect(sentences).toEqual(['New York/B-LOC 10 000/O', 'Paris/B-LOC'])
  })

  it('takes runs of spaces as one separator', async () => {
    expect((await readText('a   X\n  b Y \n', [1])).sentences).toEqual(['a/X b/Y'])
  })

  it('takes any column for words and tags', async () => {
    const { sentences } = await readText('1 NN dog O\n2 VB runs O\n', [1, 3], { words: 2 })
    expect(sentences).toEqual(['dog/NN/O runs/VB/O'])
  })

  it('reads CRLF, a byte order mark and gzip', async () => {
    const text = '\ufeffä\tX\r\n\t\r\nb\tY\r\n\r\n'
    for (const content of [text, gzipSync(text)]) {
      const { sentences, faults } = await readText(content, [1])
      expect(faults).toEqual([])
      expect(sentences).toEqual(['ä/X', 'b/Y'])
    }
  })

  it('keeps odd but legal tokens: #, a no-break space, a line separator, an emoji', async () => {
    const { sentences } = await readText('#\tX\n\u00a0\tX\n\u2028\tX\n😂\tX\n', [1])
    expect(sentences).toEqual(['#/X \u00a0/X \u2028/X 😂/X'])
  })

  it('knows the line of every token', async () => {
    const { read } = await readText('\n-DOCSTART-\n\na X\nb Y\n\n\nc Z\n', [1])
    expect([...read!.table.lines]).toEqual([4, 5, 8])
  })

  it('reads a file larger than one block, cutting no character in two', async () => {
    const sentence = 'größe X\n日本語 Y\n\n'
    const { sentences, faults } = await readText(sentence.repeat(60_000), [1])
    expect(faults).toEqual([])
    expect(sentences.length).toBe(60_000)
    expect(new Set(sentences)).toEqual(new Set(['größe/X 日本語/Y']))
  })
})

describe('faults of a CoNLL file', () => {
  it('tells missing columns by file, line, found and expected, and keeps the good sentences', async () => {
    const { sentences, faults, read } = await readText('a N O\nb N\n\nc N O\n\nd\ne N O\n', [2])
    expect(faults).toEqual([
      'file.txt:2: found 2 columns separated by spaces ("b N"), expected at least 3',
      'file.txt:6: found 1 column separated by spaces ("d"), expected at least 3',
    ])
    expect(sentences).toEqual(['c/O'])
    expect(read!.badSentences).toBe(2)
    expect([...read!.problemLines]).toEqual([2, 6])
  })

  it('tells a line that is not UTF-8', async () => {
    const { sentences, faults } = await readText(Buffer.from('a X\n\nb\xe9 Y\n\nc Z\n', 'latin1'), [1])
    expect(faults).toEqual(['file.txt:3: found bytes that are not UTF-8, expected UTF-8 text'])
    expect(sentences).toEqual(['a/X', 'c/Z'])
  })

  it('tells a line with spaces in a file with tabs', async () => {
    const { faults } = await readText('a\tX\nb\tX\nc X\n', [1])
    expect(faults).toEqual(['file.txt:3: found 1 column separated by tab ("c X"), expected at least 2'])
  })

  it('tells an empty word and an empty tag', async () => {
    const { faults } = await readText('a\tX\n\tX\nb\t\n', [1])
    expect(faults).toEqual([
      'file.txt:2: found nothing in column 0 ("\\tX"), expected a word',
      'file.txt:3: found nothing in column 1 ("b\\t"), expected a tag',
    ])
  })

  it('tells a column that the whole file lacks once, with the columns there are', async () => {
    const { faults } = await readText('a N O\n'.repeat(100), [7])
    expect(faults).toEqual([
      'file.txt:1: task ner: found 3 columns (0 to 2) separated by spaces, expected the tags in column 7',
    ])
  })

  it('tells a column name in a file that has none', async () => {
    const { faults } = await readText('a N O\n', ['UPOS'])
    expect(faults).toEqual([
      'file.txt:1: task ner: found 3 columns (0 to 2) separated by spaces, expected the tags in column UPOS',
    ])
  })

  it('counts the faults beyond the limit', async () => {
    const { faults } = await readText('a X\n'.repeat(50) + 'b\n'.repeat(45), [1])
    expect(faults.length).toBe(21)
    expect(faults[20]).toBe('file.txt: found 45 problems; the first 20 are reported')
  })

  it('tells an empty file', async () => {
    for (const content of ['', '\n\n', '-DOCSTART-\n\n']) {
      expect((await readText(content, [1])).faults).toEqual(['file.txt: found no sentence, expected at least one'])
    }
  })

  it('tells a broken gzip file', async () => {
    const { faults } = await readText(gzipSync('a X\n'.repeat(1000)).subarray(0, 40), [1])
    expect(faults).toEqual(['file.txt: found a broken gzip file (unexpected end of file), expected a whole one'])
  })
})

describe('one field of a line', () => {
  it.each(['tab', 'spaces'] as const)('is the one among all fields, and tabs stand where %s did', (separator) => {
    const key = deriveKey(5, 'lines', separator)
    const pieces = ['a', 'Ü', 'x-y', ' ', ' ', '  ', '\t']
    for (let n = 0; n < 2000; n++) {
      const line = Array.from(
        { length: 1 + Math.floor(9 * uniform(2 * n, key)) },
        (_, i) => pieces[Math.floor(pieces.length * uniform(2000 + 10 * n + i, key))],
      ).join('')
      const fields = splitColumns(line, separator)
      expect(
        Array.from({ length: fields.length + 2 }, (_, column) => columnOf(line, column, separator)),
        JSON.stringify(line),
      ).toEqual([...fields, undefined, undefined])
      expect(withTabs(line, separator), JSON.stringify(line)).toBe(fields.join('\t'))
    }
  })
})
