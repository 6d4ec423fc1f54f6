import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { addFile, installedSet, installedSets, removeSet } from '../../main/vectorLibrary/index.ts'
import { VectorSet } from '../../main/vectors/setFile.ts'
import { folder as folderWith } from '../data/helpers.ts'

const VECTORS = { the: [0.5, -1], 'a "quoted" ]': [1e-3, 2], naïve: [3, 4], '}': [5, 6] }
const TEXT = 'the 0.5 -1\nnew york 1 2\nnaïve 3 4\nthe 9 9\n'

const folder = () => folderWith({})
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name)
  writeFileSync(path, content)
  return path
}

/** word2vec's binary format; `newline`: with one after each row, as the original program writes it. */
function word2vec(rows: [string, number[]][], newline: boolean, dim = rows[0][1].length): Buffer {
  const parts = rows.map(([word, values]) => {
    const numbers = Buffer.alloc(4 * values.length)
    values.forEach((value, d) => numbers.writeFloatLE(value, 4 * d))
    return Buffer.concat([Buffer.from(`${word} `), numbers, Buffer.from(newline ? '\n' : '')])
  })
  return Buffer.concat([Buffer.from(`${rows.length} ${dim}\n`), ...parts])
}

const winkJson = (vectors: Record<string, number[]>, dimensions = 2) =>
  JSON.stringify({ precision: 8, size: 3, dimensions, words: Object.keys(vectors), vectors: extended(vectors) })
/** After its values, each entry has a norm and an index. */
const extended = (vectors: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(vectors).map(([word, values], i) => [word, [...values, 1.25, i]]))

async function tgz(name: string, content: string): Promise<Buffer> {
  const packed = pack()
  packed.entry({ name: 'package/package.json' }, '{}')
  packed.entry({ name }, content)
  packed.finalize()
  return gzipSync(await buffer(packed))
}

function vectorsOf(path: string, words: string[]): Record<string, number[]> {
  const set = new VectorSet(path)
  const { index, values } = set.rowsOf(words)
  const { dim } = set.info
  set.close()
  return Object.fromEntries([...index].map(([word, row]) => [word, [...values.slice(row * dim, (row + 1) * dim)]]))
}

const rows = (vectors: Record<string, number[]>) => Object.entries(vectors)
const exact = (vectors: Record<string, number[]>) =>
  Object.fromEntries(rows(vectors).map(([word, values]) => [word, values.map(Math.fround)]))

describe('a file is added as a set', () => {
  test.each<[string, string, () => string | Uint8Array]>([
    ['GloVe text', 'v.txt', () => TEXT],
    ['gzip', 'v.txt.gz', () => gzipSync(TEXT)],
    ['fastText, with its header', 'v.vec', () => `4 2\n${TEXT.replaceAll('\n', ' \n')}`],
    [
      'word2vec binary',
      'v.bin',
      () =>
        word2vec(
          [
            ['the', [0.5, -1]],
            ['new york'.replace(' ', '_'), [1, 2]],
            ['naïve', [3, 4]],
          ],
          false,
        ),
    ],
    [
      'word2vec binary with newlines',
      'v.bin',
      () =>
        word2vec(
          [
            ['the', [0.5, -1]],
            ['naïve', [3, 4]],
          ],
          true,
        ),
    ],
    [
      'word2vec binary, gzip',
      'v.bin.gz',
      () =>
        gzipSync(
          word2vec(
            [
              ['the', [0.5, -1]],
              ['naïve', [3, 4]],
            ],
            true,
          ),
        ),
    ],
  ])('from %s', async (_, name, content) => {
    const library = folder()
    const info = await addFile(library, 'mine', file(name, content()))
    expect(info).toMatchObject({ name: 'mine', dim: 2, source: name })
    const { path } = installedSet(library, 'mine')
    expect(vectorsOf(path, ['naïve', 'the', 'missing'])).toEqual({ naïve: [3, 4], the: [0.5, -1] })
    expect(info.words).toBe(installedSets(library)[0].words)
  })

  test('from the file of a package, packed or not, with every word it has', async () => {
    for (const path of [
      file('p.tgz', await tgz('package/x-embeddings-y.json', winkJson(VECTORS))),
      file('x.json', winkJson(VECTORS)),
    ]) {
      const library = folder()
      await addFile(library, 'mine', path)
      expect(vectorsOf(installedSet(library, 'mine').path, Object.keys(VECTORS))).toEqual(exact(VECTORS))
    }
  })

  test('and the same vectors have the same hash, whatever file they came in', async () => {
    const library = folder()
    const text = await addFile(library, 'text', file('v.txt', 'the 0.5 -1\nnaïve 3 4\n'))
    const binary = await addFile(
      library,
      'binary',
      file(
        'v.bin',
        word2vec(
          [
            ['the', [0.5, -1]],
            ['naïve', [3, 4]],
          ],
          true,
        ),
      ),
    )
    const other = await addFile(library, 'other', file('v.txt', 'the 0.5 -1\nnaïve 3 5\n'))
    expect(binary.hash).toBe(text.hash)
    expect(other.hash).not.toBe(text.hash)
  })
})

describe('what cannot be added says why and leaves nothing behind', () => {
  test.each<[string, string, () => string | Uint8Array, RegExp]>([
    ['an empty file', 'v.txt', () => '', /v\.txt: found no vector/],
    [
      'prose',
      'v.txt',
      () => 'It was a dark night.\nThe wind blew.\n',
      /v\.txt:1: found no numbers at the end of the first row/,
    ],
    ['a row of another length', 'v.txt', () => 'the 1 2\ncat 1\n', /v\.txt:2: found 1 numbers after "cat", expected 2/],
    [
      'a binary file cut short',
      'v.bin',
      () =>
        word2vec(
          [
            ['the', [0.5, -1]],
            ['cat', [3, 4]],
          ],
          false,
        ).subarray(0, -3),
      /found 1 of 2 vectors/,
    ],
    [
      'a number that is none',
      'v.bin',
      () => word2vec([['the', [NaN, -1e-30]]], false),
      /found NaN in the vector of "the"/,
    ],
    ['a package without vectors', 'p.json', () => '{"a":1}', /p\.json: the file of the vectors ends too early/],
  ])('%s', async (_, name, content, reason) => {
    const library = folder()
    await expect(addFile(library, 'mine', file(name, content()))).rejects.toThrow(reason)
    expect(readdirSync(library)).toEqual([])
  })

  test('a package that ends in the middle', async () => {
    const packed = await tgz('package/x-embeddings-y.json', winkJson(VECTORS))
    const library = folder()
    await expect(addFile(library, 'mine', file('p.tgz', packed.subarray(0, packed.length - 30)))).rejects.toThrow(
      'p.tgz',
    )
    expect(readdirSync(library)).toEqual([])
  })

  test('a name that is taken, or that is none', async () => {
    const library = folder()
    const path = file('v.txt', TEXT)
    await addFile(library, 'mine', path)
    await expect(addFile(library, 'mine', path)).rejects.toThrow('there is a set called mine already')
    await expect(addFile(library, '../mine', path)).rejects.toThrow('cannot be the name of a set')
  })

  test('a set that was asked to stop being added', async () => {
    const library = folder()
    await expect(addFile(library, 'mine', file('v.txt', TEXT), AbortSignal.abort())).rejects.toThrow()
    expect(readdirSync(library)).toEqual([])
  })
})

test('sets are listed, the damaged one with its reason, and removed', async () => {
  const library = folder()
  await addFile(library, 'mine', file('v.txt', TEXT))
  writeFileSync(join(library, 'broken.vectors'), 'no database at all, but long enough to look at: '.repeat(4))
  expect(installedSets(library).map(({ name, problem }) => [name, problem])).toEqual([
    ['broken', 'it is not a file of word vectors of this program'],
    ['mine', null],
  ])
  removeSet(library, 'mine')
  expect(existsSync(join(library, 'mine.vectors'))).toBe(false)
  expect(() => installedSet(library, 'mine')).toThrow('there are no word vectors called mine; installed: broken')
})
