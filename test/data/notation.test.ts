/** Spellings of span tags: each is read as the spans it means, and said so; what only looks like spans is warned of. */
import { describe, expect, it } from 'vitest'
import { checkCorpus } from '../../main/data/check.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { formatIssue } from '../../main/data/problems.ts'
import { join } from 'node:path'
import { dataError, experiment, folder } from './helpers.ts'

/** Trains on nothing: the task as it would be trained, and what is said. */
async function load(text: string, task: object = {}, dev = text) {
  const config = experiment({
    corpora: { c: { train: 'train.txt', dev: 'dev.txt' } },
    tasks: { ner: { tags: 1, trainScheme: 'IOB2', ...task } },
  })
  const { data, issues } = await loadExperimentData(config, folder({ 'train.txt': text, 'dev.txt': `${dev}\n` }))
  const { kind, fileScheme, tagNames, train } = data.tasks[0]
  return {
    kind,
    fileScheme,
    tags: Array.from(train.tags, (id) => tagNames[id]),
    warnings: issues.map(formatIssue).filter((line) => !line.includes('same bytes')),
  }
}

const rows = (...tags: string[]) => `${tags.map((tag, i) => `w${i} ${tag}`).join('\n')}\n\n`
const IOB2 = ['B-PER', 'I-PER', 'I-PER', 'O', 'B-LOC', 'O', 'O', 'O']

describe('spans in another notation', () => {
  it.each<[string, string[], string]>([
    ['BMES', ['B-PER', 'M-PER', 'E-PER', 'O', 'S-LOC', 'O', 'O', 'O'], 'found tags like M-PER, which is read as I-PER'],
    [
      'BMEWO',
      ['B-PER', 'M-PER', 'E-PER', 'O', 'W-LOC', 'O', 'O', 'O'],
      'found tags like M-PER, which is read as I-PER',
    ],
    [
      'underscores',
      ['B_PER', 'I_PER', 'I_PER', 'O', 'B_LOC', 'O', 'O', 'O'],
      'found tags like B_PER, which is read as B-PER',
    ],
    [
      'lower case',
      ['b-PER', 'i-PER', 'i-PER', 'o', 'b-LOC', 'o', 'o', 'o'],
      'found tags like b-PER, which is read as B-PER',
    ],
    [
      'a lower-case o alone',
      ['B-PER', 'I-PER', 'I-PER', 'o', 'B-LOC', 'o', 'o', 'o'],
      'found tags like o, which is read as O',
    ],
    [
      'suffixes',
      ['PER-B', 'PER-I', 'PER-I', 'O', 'LOC-B', 'O', 'O', 'O'],
      'found tags like PER-B, which is read as B-PER',
    ],
    [
      'types alone, with hyphens in them',
      ['x-PER', 'x-PER', 'x-PER', 'O', 'x-LOC', 'O', 'O', 'O'],
      'found types without B- and I- (x-PER, x-LOC): each run of one type is read as one span',
    ],
  ])('%s', async (_, tags, said) => {
    const found = await load(rows(...tags).repeat(3))
    expect(found.kind).toBe('span')
    expect(found.tags.slice(0, 8).map((tag) => tag.replace('x-', ''))).toEqual(IOB2)
    expect(found.warnings).toEqual([
      `train.txt: task ner: ${said}; kind: token (tasks.ner.kind) takes them as they are`,
    ])
  })

  it('is kept for dev, whatever dev alone would seem to be', async () => {
    const found = await load(rows('PER', 'PER', 'O', 'LOC', 'O', 'O').repeat(3), {}, rows('PER', 'O'))
    expect([found.kind, found.warnings.length]).toEqual(['span', 1])
  })

  it('of types without O only where the setting says span', async () => {
    const text = rows('NN', 'NN', 'VB', 'DT').repeat(3)
    expect((await load(text)).kind).toBe('token')
    const found = await load(text, { kind: 'span' })
    expect([found.kind, found.tags.slice(0, 4)]).toEqual(['span', ['B-NN', 'I-NN', 'B-VB', 'B-DT']])
  })

  it('of one nameless type are valid', async () => {
    expect(await load(rows('B', 'I', 'O'))).toMatchObject({ kind: 'span', tags: ['B', 'I', 'O'], warnings: [] })
  })

  it('parts of speech of Twitter, O among them, are none', async () => {
    expect(await load(rows('N', 'V', 'O', 'N', '^', 'P').repeat(3))).toMatchObject({ kind: 'token', warnings: [] })
  })

  it('not where the setting says token', async () => {
    expect(await load(rows('B_PER', 'O'), { kind: 'token' })).toMatchObject({ kind: 'token', warnings: [] })
  })
})

describe('what would be scored by accuracy and looks like spans is warned of', () => {
  it.each<[string, string[], string]>([
    [
      'span tags among many others',
      ['B-PER', 'I-PER', 'X', 'Y', 'B-LOC', 'Z'],
      'tags that look like spans (B-PER, I-PER, B-LOC, …)',
    ],
    ['no O anywhere', ['B-NP', 'I-NP', 'B-VP'], 'tags that look like spans (B-NP, I-NP, B-VP, …)'],
    ['brackets', ['(PERSON*', '*)', '*', '(GPE)', '*'], 'brackets that look like spans ((PERSON*, *), (GPE), …)'],
    [
      'an O that is not the most frequent',
      ['PER', 'PER', 'PER', 'O', 'LOC'],
      'an O beside other tags (PER, LOC, …), as spans have it',
    ],
  ])('%s', async (_, tags, seems) => {
    const { kind, warnings } = await load(rows(...tags).repeat(3))
    expect(kind).toBe('token')
    expect(warnings).toEqual([
      `train.txt: task ner: found ${seems}, in no scheme: they are labels of single tokens here, scored by accuracy; kind: span (tasks.ner.kind) reads them as spans or says why not`,
    ])
  })

  it('parts of speech are not', async () => {
    expect((await load(rows('NN', 'S----3MS2-', 'VB', 'B', 'E').repeat(3))).warnings).toEqual([])
  })
})

describe('a separator without a type is an error with its line', () => {
  it.each(['B-', 'I-', 'B--', 'B_', '-B'])('%s', async (tag) => {
    const error = await dataError(load(rows(...IOB2).repeat(9) + rows('B-PER', tag), {}, rows(...IOB2)))
    expect(error.message).toMatch(/^train\.txt:83: task ner: found the tag \S+ without a type, expected a type/)
    const path = join(folder({ 'f.txt': rows(...IOB2).repeat(9) + rows('B-PER', tag) }), 'f.txt')
    const check = await checkCorpus(
      {
        files: [{ split: 'train', path, name: 'f.txt' }],
        format: 'auto',
        words: 0,
        tasks: [{ name: 'ner', column: 1, kind: 'auto', scheme: 'auto' }],
      },
      () => () => {},
      async () => {},
    )
    expect(check.files[0].problems).toMatchObject([{ line: 83, task: 'ner' }])
  })
})
