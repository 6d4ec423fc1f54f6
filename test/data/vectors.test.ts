import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { formatIssue } from '../../main/data/problems.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { dataError, experiment, folder } from './helpers.ts'

const FILES = {
  'train.txt': 'The\tN\ndog\tV\nNew York\tN\n\nThe\tN\nrare\tN\n',
  'dev.txt': 'cat\tN\nthe\tN\n',
  'test.txt': 'bird\tN\nfish\tV\n',
}
const VECTORS = 'the 1 2\ncat 3 4\ndog 5 6\nbird 7 8\nDog 0 0\nnew york 9 -1e-1\nthe 0 0\nunused 1 1\n'

function load(vectors: string | Uint8Array, model: object = {}) {
  const config = experiment({
    corpora: { c: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' } },
    tasks: { pos: { tags: 1 } },
    model: { vectors: 'v.txt', wordDim: 2, ...model },
  })
  return loadExperimentData(config, folder({ ...FILES, 'v.txt': vectors }))
}
const faults = async (vectors: string | Uint8Array) => (await dataError(load(vectors))).issues.map(formatIssue)

describe('vectors', () => {
  it('give rows to the words found, NaN to the others; dev and test words with a vector are words too', async () => {
    const { data, vocabulary, coverage, datasets } = await load(VECTORS)
    expect(vocabulary.words).toEqual(['<unknown>', 'the', 'dog', 'new york', 'rare', 'cat', 'bird'])
    expect(Array.from(data.vectors!, (value) => (Number.isNaN(value) ? null : Math.fround(value)))).toEqual([
      null,
      null,
      1,
      2,
      5,
      6,
      9,
      Math.fround(-0.1),
      null,
      null,
      3,
      4,
      7,
      8,
    ])
    expect(data.vectors!.buffer).toBeInstanceOf(SharedArrayBuffer)
    const all = (count: number) => ({ lowercase: count, digits: count, stem: count })
    expect(coverage).toEqual({
      train: { types: 4, typesFound: 3, tokens: 5, tokensFound: 4, byLookup: all(4) },
      dev: { types: 2, typesFound: 2, tokens: 2, tokensFound: 2, byLookup: all(2) },
      test: { types: 2, typesFound: 1, tokens: 2, tokensFound: 1, byLookup: all(1) },
    })
    expect(datasets.at(-1)).toMatchObject({ path: 'v.txt', split: 'vectors', bytes: VECTORS.length, corpus: '' })
    expect(data.tasks[0].tagNames).toEqual(['N', 'V']) // labels of train, whatever dev and test have
  })

  it('keep rare words that have a vector', async () => {
    expect((await load(VECTORS, { wordMinCount: 2 })).vocabulary.words).toEqual([
      '<unknown>',
      'the',
      'dog',
      'new york',
      'cat',
      'bird',
    ])
  })

  it('are looked up exactly, then lower-cased, where case is kept', async () => {
    const { data, vocabulary } = await load(`${VECTORS}The 20 21\n`, { lowercaseWords: false })
    const row = (word: string) => [...data.vectors!.slice(2 * vocabulary.wordId(word), 2 * vocabulary.wordId(word) + 2)]
    expect(row('The')).toEqual([20, 21])
    expect(row('the')).toEqual([1, 2])
    expect(row('New York')).toEqual([9, Math.fround(-0.1)])
  })

  it.each<[string, string | Uint8Array]>([
    ['gzip', gzipSync(VECTORS)],
    ['with the header and the trailing spaces of word2vec', `8 2\n${VECTORS.replaceAll('\n', ' \n')}`],
    ['with CRLF and without the last newline', VECTORS.trimEnd().replaceAll('\n', '\r\n')],
  ])('are the same from a file %s', async (_, content) => {
    expect((await load(content)).data.vectors).toEqual((await load(VECTORS)).data.vectors)
  })

  it('tell a file of another dimension once', async () => {
    expect(await faults('the 1 2 3\ncat 1 2 3\n')).toEqual([
      'v.txt:1: found vectors of 3 numbers, expected 2 (model.wordDim)',
    ])
    expect(await faults('2 3\nthe 1 2 3\n')).toEqual([
      'v.txt:1: found vectors of 3 numbers, expected 2 (model.wordDim)',
    ])
    expect(await faults('the 1\n')).toEqual(['v.txt:1: found vectors of 1 numbers, expected 2 (model.wordDim)'])
  })

  it('tell short rows and fields that are no numbers, with their lines', async () => {
    expect(await faults('the 1 2\ncat 1\ndog 1 x\n')).toEqual([
      'v.txt:2: found 1 numbers after "cat", expected 2',
      'v.txt:3: found "x" in the vector of "dog", expected 2 numbers',
    ])
  })

  it('tell a file that is empty, absent or broken', async () => {
    expect(await faults('')).toEqual(['v.txt: found no vector, expected a word and its numbers on every line'])
    expect(await faults(gzipSync(VECTORS).subarray(0, 30))).toEqual([
      'v.txt: found a broken gzip file (unexpected end of file), expected a whole one',
    ])
    const config = experiment({
      corpora: { c: { train: 'train.txt' } },
      tasks: { pos: { tags: 1 } },
      model: { vectors: 'none.txt' },
    })
    expect((await dataError(loadExperimentData(config, folder(FILES)))).message).toBe(
      'none.txt: found no such file, expected a file to read',
    )
  })

  it('warn where no word of train has one', async () => {
    expect((await load('autre 1 2\n')).issues.map(formatIssue)).toEqual([
      "v.txt: found no word of train among 0 rows kept, expected vectors of the corpora's language",
    ])
  })
})
