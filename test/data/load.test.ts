import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ExperimentConfigInput } from '../../shared/settings/config.ts'
import { checkCorpus } from '../../main/data/check.ts'
import { encodeSentences } from '../../main/data/encode.ts'
import { formatIssue } from '../../main/data/problems.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { loadTestSplits } from '../../main/data/testSplits.ts'
import type { EncodedSplit } from '../../main/data/types.ts'
import { Vocabulary } from '../../main/data/vocabulary.ts'
import { dataError, experiment, folder } from './helpers.ts'

const TRAIN =
  'EU N I-ORG\nrejects V O\nGerman A I-MISC\ncall N O\n\nPeter N I-PER\nBlackburn N I-PER\n\nPeter N I-PER\ncall V O\n\n'
const DEV = 'EU N I-ORG\nin P O\nLondon N I-LOC\n\n'
const TEST = 'Peter N I-PER\n😂 S O\nßß Q I-LAW\n\n'
const FILES = { 'train.txt': TRAIN, 'dev.txt': DEV, 'test.txt': TEST }

const corpora = { c: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' } }
const config = (input: Partial<ExperimentConfigInput> = {}) =>
  experiment({ corpora, tasks: { pos: { tags: 1 }, ner: { tags: 2 } }, ...input })
const load = (input: Partial<ExperimentConfigInput> = {}, files: Record<string, string> = FILES) =>
  loadExperimentData(config(input), folder(files))
const faultsOf = async (promise: Promise<unknown>) =>
  (await dataError(promise)).issues.filter((issue) => issue.severity === 'error').map(formatIssue)
const tagsOf = (split: EncodedSplit, names: string[]) => Array.from(split.tags, (tag) => names[tag])

describe('a scheme that a person chose', () => {
  it('means spans: labels of tokens are problems of their lines, in training as in the import', async () => {
    const tasks = { pos: { tags: 1, scheme: 'IOB2' as const }, ner: { tags: 2 } }
    const faults = await faultsOf(load({ tasks }))
    expect(faults[0]).toMatch(/^train\.txt:1: .*found the tag N, expected/)
    const files = (['train', 'dev'] as const).map((split) => ({
      ...{ split, name: `${split}.txt`, path: join(folder(FILES), `${split}.txt`) },
    }))
    const { files: checked, usable } = await checkCorpus(
      { files, format: 'conll', words: 0, tasks: [{ name: 'pos', column: 1, kind: 'auto', scheme: 'IOB2' }] },
      () => () => {},
      async () => {},
    )
    expect(usable).toBe(false)
    expect(checked[0].problems[0]).toMatchObject({
      line: 1,
      message: expect.stringMatching(/found the tag N, expected/) as string,
    })
  })
})

describe('encoding', () => {
  it('numbers words, characters and tags of train; dev-only tags come after them', async () => {
    const { data, vocabulary, issues } = await load()
    const [pos, ner] = data.tasks
    expect(vocabulary.words).toEqual(['<unknown>', 'call', 'peter', 'eu', 'rejects', 'german', 'blackburn'])
    expect(data.wordCount).toBe(7)
    expect(data.charCount).toBe(vocabulary.chars.length)
    expect(vocabulary.chars).not.toContain('G') // seen once
    expect(vocabulary.chars).toContain('P') // case kept
    expect(pos).toMatchObject({
      kind: 'token',
      score: 'accuracy',
      scheme: null,
      tagNames: ['A', 'N', 'V', 'P'],
      tagCount: 3,
    })
    expect(ner).toMatchObject({
      kind: 'span',
      score: 'spanF1',
      scheme: 'BIOES',
      fileScheme: 'IOB1',
      tagNames: ['O', 'B-PER', 'E-PER', 'S-MISC', 'S-ORG', 'S-PER', 'S-LOC'],
      tagCount: 6,
    })
    expect([...ner.train.sentenceStart]).toEqual([0, 4, 6, 8])
    expect(tagsOf(ner.train, ner.tagNames)).toEqual(['S-ORG', 'O', 'S-MISC', 'O', 'B-PER', 'E-PER', 'S-PER', 'O'])
    expect([...ner.dev.words]).toEqual([3, 0, 0])
    expect(issues.map(formatIssue)).toEqual([
      'dev.txt:2: task pos: found 1 tokens with tags that train does not have (P), expected the 3 tags of train; they count as wrong',
      'dev.txt:3: task ner: found 1 tokens with tags that train does not have (S-LOC), expected the 6 tags of train; they count as wrong',
    ])
  })

  it('shares memory: tasks of a corpus share the words, all arrays lie on SharedArrayBuffers', async () => {
    const { data } = await load()
    const [pos, ner] = data.tasks
    expect(pos.train.words).toBe(ner.train.words)
    expect(pos.dev.spellings).toBe(ner.dev.spellings)
    for (const split of [pos.train, ner.dev])
      for (const array of Object.values(split)) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer)
    for (const array of Object.values(data.spellings)) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(structuredClone(data).tasks[0].train.words.buffer.byteLength).toBe(8 * 4)
  })

  it('spells every word by code points, case kept', async () => {
    const { data, vocabulary } = await load({ model: { charMinCount: 1 } })
    const { charStart, chars } = data.spellings
    const spell = (id: number) =>
      Array.from(chars.slice(charStart[id], charStart[id + 1]), (char) =>
        char === 0 ? '?' : vocabulary.chars[char],
      ).join('')
    expect(Array.from(data.tasks[0].train.spellings, spell)).toEqual([
      'EU',
      'rejects',
      'German',
      'call',
      'Peter',
      'Blackburn',
      'Peter',
      'call',
    ])
    expect(Array.from(data.tasks[0].dev.spellings, spell)).toEqual(['EU', '?n', '??n??n'])
    expect(vocabulary.charIdsOf('😂').length).toBe(1)
  })

  it('encodes sentences that come from no file', async () => {
    const { vocabulary } = await load()
    const { words, spellings } = encodeSentences([['Peter', 'call'], [], ['😂', 'Peter']], vocabulary)
    expect([...words.sentenceStart]).toEqual([0, 2, 2, 4])
    expect([...words.words]).toEqual([2, 1, 0, 2])
    expect([...words.spellings]).toEqual([0, 1, 2, 0])
    expect([...spellings.charStart]).toEqual([0, 5, 9, 10])
  })

  it('keeps the case of words where it is told to, and drops rare words', async () => {
    const { vocabulary } = await load({ model: { lowercaseWords: false, wordMinCount: 2 } })
    expect(vocabulary.words).toEqual(['<unknown>', 'call', 'Peter'])
  })

  it.each([
    ['IOB2', ['B-PER', 'I-PER']],
    ['asFile', ['I-PER', 'I-PER']],
    ['BIOES', ['B-PER', 'E-PER']],
  ] as const)('trains in %s', async (trainScheme, tags) => {
    const { data } = await load({ tasks: { ner: { tags: 2, trainScheme } } })
    expect(tagsOf(data.tasks[0].train, data.tasks[0].tagNames).slice(4, 6)).toEqual(tags)
  })

  it('kind: token takes span tags as they are', async () => {
    const { data } = await load({ tasks: { ner: { tags: 2, kind: 'token' } } })
    expect(data.tasks[0]).toMatchObject({
      kind: 'token',
      score: 'accuracy',
      tagNames: ['O', 'I-MISC', 'I-ORG', 'I-PER', 'I-LOC'],
    })
  })

  it('makes up positions, capped at the longest train sentence', async () => {
    const long = { ...FILES, 'dev.txt': 'a N O\n'.repeat(6) }
    const { data, evidence } = await load({ tasks: { pp: { synthetic: 'position' } } }, long)
    expect(data.tasks[0]).toMatchObject({ kind: 'token', tagNames: ['0', '1', '2', '3'], tagCount: 4 })
    expect([...data.tasks[0].train.tags]).toEqual([0, 1, 2, 3, 0, 1, 0, 1])
    expect([...data.tasks[0].dev.tags]).toEqual([0, 1, 2, 3, 3, 3])
    expect(evidence.pp).toBeNull()
  })

  it('reads _ of a CoNLL-U span task as O', async () => {
    const row = (id: number, misc: string) => `${id}\tw\tw\tX\tX\t_\t0\troot\t_\t${misc}\n`
    const files = {
      'train.conllu': `${row(1, 'NE=B-A')}${row(2, '_')}\n${row(1, '_')}\n`,
      'dev.conllu': row(1, 'NE=B-A'),
    }
    const { data } = await loadExperimentData(
      experiment({ corpora: { c: { train: 'train.conllu', dev: 'dev.conllu' } }, tasks: { ner: { tags: 'MISC:NE' } } }),
      folder(files),
    )
    expect(tagsOf(data.tasks[0].train, data.tasks[0].tagNames)).toEqual(['S-A', 'O', 'O'])
  })

  it('takes tasks from different corpora: one vocabulary, spellings of all', async () => {
    const files = { ...FILES, 'other.txt': 'neu B-X\nalt O\n\nneu O\n' }
    const { data, vocabulary, datasets } = await load(
      {
        corpora: { ...corpora, d: { train: 'other.txt', devFraction: 0.5 } },
        tasks: { pos: { corpus: 'c', tags: 1 }, ner: { corpus: 'd', tags: 1 } },
      },
      files,
    )
    expect(vocabulary.words).toContain('neu')
    expect(data.tasks[1].train.sentenceStart.length + data.tasks[1].dev.sentenceStart.length).toBe(4)
    expect(
      datasets.map(({ corpus, split, path, sentences, tokens }) => [corpus, split, path, sentences, tokens]),
    ).toEqual([
      ['c', 'train', 'train.txt', 3, 8],
      ['c', 'dev', 'dev.txt', 1, 3],
      ['c', 'test', 'test.txt', 1, 3],
      ['d', 'train', 'other.txt', 2, 3],
    ])
    expect(datasets[0].hash).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('dev held out of train', () => {
  const many = { 'train.txt': Array.from({ length: 100 }, (_, i) => `w${i} N O\nx V I-A\n\n`).join('') }
  const held = (seed: number, fraction = 0.1, name = 'c') =>
    load(
      {
        seed,
        corpora: { [name]: { train: 'train.txt', devFraction: fraction } },
        tasks: { pos: { tags: 1 }, ner: { tags: 2 } },
        model: { lowercaseWords: false },
      },
      many,
    )

  it('is the same for all tasks and for the same seed, other for another seed or corpus, and none of it is in train', async () => {
    const { data } = await held(1)
    expect(data.tasks[0].dev.words).toBe(data.tasks[1].dev.words)
    expect(data.tasks[0].dev.sentenceStart.length - 1).toBe(10)
    expect(data.tasks[0].train.sentenceStart.length - 1).toBe(90)
    const devWords = async (seed: number, name?: string) =>
      [...(await held(seed, 0.1, name)).data.tasks[0].dev.spellings].join()
    // Spellings of train come first, so which rows dev has does not tell; the words unseen in train do.
    expect([...data.tasks[0].dev.words].filter((word) => word === 0).length).toBe(10)
    expect(await devWords(1)).toBe(await devWords(1))
    const sentences = async (seed: number, name?: string) => (await held(seed, 0.1, name)).vocabulary.words.join()
    expect(await sentences(1)).toBe(await sentences(1))
    expect(await sentences(1)).not.toBe(await sentences(2))
    expect(await sentences(1)).not.toBe(await sentences(1, 'd'))
  })

  it('has at least one sentence and leaves at least one', async () => {
    expect((await held(1, 0.001)).data.tasks[0].dev.sentenceStart.length - 1).toBe(1)
    expect((await held(1, 0.999)).data.tasks[0].train.sentenceStart.length - 1).toBe(1)
  })

  it('cannot be taken of one sentence', async () => {
    const error = faultsOf(load({ corpora: { c: { train: 'train.txt' } } }, { 'train.txt': 'a N O\n' }))
    expect(await error).toEqual([
      'train.txt: found one sentence and no dev file, expected at least two, to hold one out as dev',
    ])
  })
})

describe('the test split', () => {
  it('is encoded with the vocabulary of train and its own spellings; its own tags come last, in a copy', async () => {
    const base = folder(FILES)
    const { data, vocabulary, datasets } = await loadExperimentData(config(), base)
    const before = JSON.stringify(data.tasks.map((task) => task.tagNames))
    const { tasks, spellings } = await loadTestSplits(
      config(),
      base,
      Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary))),
      data,
      datasets,
    )
    const { split, tagNames } = tasks.ner!
    expect(tagNames).toEqual([...data.tasks[1].tagNames, 'S-LAW'])
    expect(tagsOf(split, tagNames)).toEqual(['S-PER', 'O', 'S-LAW'])
    expect([...split.words]).toEqual([vocabulary.wordId('peter'), 0, 0])
    expect([...split.spellings]).toEqual([0, 1, 2])
    expect([...spellings.charStart]).toEqual([0, 5, 6, 8])
    expect(tasks.pos!.split.words).toBe(split.words)
    expect(JSON.stringify(data.tasks.map((task) => task.tagNames))).toBe(before)
  })

  it('is null where there is none', async () => {
    const base = folder(FILES)
    const none = config({ corpora: { c: { train: 'train.txt', dev: 'dev.txt' } } })
    const { data, vocabulary } = await loadExperimentData(none, base)
    expect((await loadTestSplits(none, base, vocabulary, data)).tasks).toEqual({ pos: null, ner: null })
  })

  it('is checked before training', async () => {
    const test = async (content: string) => faultsOf(load({}, { ...FILES, 'test.txt': content }))
    expect(await test('a N\n')).toEqual([
      'test.txt:1: task ner: found 2 columns (0 to 1) separated by spaces, expected the tags in column 2',
    ])
    expect(await test('')).toEqual(['test.txt: found no sentence, expected at least one'])
    expect(await test('a N I-PER\nb N PER\n')).toEqual([
      'test.txt:2: task ner: found the tag PER, expected a tag of the scheme IOB1',
    ])
  })

  it('must be the file that was checked', async () => {
    const base = folder(FILES)
    const { data, vocabulary, datasets } = await loadExperimentData(config(), base)
    const changed = datasets.map((dataset) => ({ ...dataset, hash: 'other' }))
    expect(await faultsOf(loadTestSplits(config(), base, vocabulary, data, changed))).toEqual([
      'test.txt: found another file than when the run started, expected the same bytes',
    ])
  })
})

describe('told before training', () => {
  it('all faults of the config at once', async () => {
    const two = {
      corpora: { c: corpora.c, d: corpora.c },
      tasks: {
        a: { tags: 1 },
        b: { corpus: 'e', tags: 1 },
        d: { corpus: 'c' },
        e: { corpus: 'c', tags: 1, synthetic: 'position' as const },
        f: { corpus: 'c', synthetic: 'position' as const, kind: 'span' as const },
      },
    }
    expect(await faultsOf(load(two))).toEqual([
      'config: task a: found no corpus, expected one of: c, d',
      'config: task b: found the corpus e, expected one of: c, d',
      'config: task d: found neither tags nor synthetic, expected either a column of tags or synthetic tags',
      'config: task e: found both tags and synthetic, expected either a column of tags or synthetic tags',
      'config: task f: found kind span, expected token: position tags are no spans',
    ])
  })

  it('files that are not there, all of them, in one message', async () => {
    const error = await dataError(load({}, { 'dev.txt': 'a N\n' }))
    expect(error.message).toBe(
      '3 problems in the data:\n' +
        '  train.txt: found no such file, expected a file to read\n' +
        '  dev.txt:1: task ner: found 2 columns (0 to 1) separated by spaces, expected the tags in column 2\n' +
        '  test.txt: found no such file, expected a file to read',
    )
  })

  it('tags of no scheme for a span task, with the line', async () => {
    const train = TRAIN.replaceAll(' V', ' B-V')
    const faults = await faultsOf(load({ tasks: { pos: { tags: 1, kind: 'span' } } }, { ...FILES, 'train.txt': train }))
    expect(faults).toEqual([
      'train.txt:1: task pos: found tags of no scheme (B- 2, other tags N 5, A 1; spans started by I- 0, by B- 2, B- right after the same type 0), expected O, B-, I- and the like throughout; kind: token takes them as they are',
    ])
  })

  it('a stray tag among span tags instead of taking them for token tags', async () => {
    const faults = await faultsOf(
      load({ tasks: { ner: { tags: 2 } } }, { ...FILES, 'train.txt': `${TRAIN.repeat(5)}x N Oops\n` }),
    )
    expect(faults[0]).toMatch(/^train\.txt:56: task ner: found tags of no scheme \(.*other tags Oops 1/)
  })

  it('tags that are not of the scheme the config names', async () => {
    const faults = await faultsOf(
      load({ tasks: { ner: { tags: 2, scheme: 'BIOES' } } }, { ...FILES, 'dev.txt': 'a N U-PER\n' }),
    )
    expect(faults).toEqual(['dev.txt:1: task ner: found the tag U-PER, expected a tag of the scheme BIOES'])
  })

  it('sequences that break their scheme, as a warning with lines', async () => {
    const { issues, data } = await load({ tasks: { ner: { tags: 2, scheme: 'IOB2' } } })
    expect(issues.map(formatIssue)[0]).toBe(
      "train.txt:1: task ner: found I-ORG at the start of a sentence, expected B- to start a span: 4 places break the scheme IOB2 (lines 1, 3, 6, 9) and are read by conlleval's rules",
    )
    expect(tagsOf(data.tasks[0].train, data.tasks[0].tagNames)[0]).toBe('S-ORG')
  })

  it('the same file twice, and a corpus that no task uses, as warnings', async () => {
    const { issues } = await load(
      {
        corpora: { c: { train: 'train.txt', dev: 'copy.txt' }, d: { train: 'none.txt' } },
        tasks: { pos: { corpus: 'c', tags: 1 } },
      },
      { ...FILES, 'copy.txt': TRAIN },
    )
    expect(issues.map(formatIssue)).toEqual([
      'config: found the corpus d, which no task uses; it is not read',
      'copy.txt: found the same bytes as train (train.txt), expected dev to be other sentences',
    ])
  })
})
