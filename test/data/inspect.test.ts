/** What files turn out to be, which tasks are guessed, and what a check finds wrong with them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkCorpus, PROBLEMS_REPORTED, type CheckRequest, type TaskRequest } from '../../main/data/check.ts'
import { inspectFile, type InspectOptions } from '../../main/data/inspect.ts'
import { folder, HAS_REAL_DATA, REAL_DATA, SAMPLE } from './helpers.ts'

async function inspect(content: string | Uint8Array, name = 'file.txt', options?: InspectOptions) {
  return inspectFile(join(folder({ [name]: content }), name), name, options)
}

/** The guesses as `column=name/kind/scheme`, those that are tasks by default first marked with a star. */
function guesses({ columns }: Awaited<ReturnType<typeof inspect>>): string[] {
  return columns.flatMap(({ column, role, guess }) =>
    guess === null ? [] : [`${role === 'tags' ? '*' : ''}${column}=${guess.name}/${guess.kind}/${guess.scheme}`],
  )
}

const NEWS =
  'EU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\ncall NN I-NP O\n. . O O\n\nPeter NNP B-NP B-PER\nBlackburn NNP I-NP I-PER\n\n'.repeat(
    3,
  )

describe('inspecting', () => {
  it('guesses the tasks of CoNLL columns, and shows the first sentences', async () => {
    const found = await inspect(NEWS)
    expect(found).toMatchObject({ format: 'conll', separator: 'spaces', words: 0, sentences: 6, tokens: 21 })
    expect(guesses(found)).toEqual(['*1=pos/token/null', '*2=chunk/span/IOB2', '*3=ner/span/IOB2'])
    expect(found.columns[3]).toMatchObject({
      title: '3',
      index: 3,
      distinct: 5,
      role: 'tags',
      examples: ['O', 'B-ORG', 'B-MISC', 'B-PER', 'I-PER'],
    })
    expect(found.preview[1]).toEqual({
      line: 7,
      tokens: [
        ['Peter', 'NNP', 'B-NP', 'B-PER'],
        ['Blackburn', 'NNP', 'I-NP', 'I-PER'],
      ],
    })
    expect(found.preview).toHaveLength(5)
  })

  it('finds the words behind ids, and takes the user’s word for it', async () => {
    const lines = NEWS.split('\n')
      .map((line, i) => (line === '' ? '' : `${i}\t${line.replaceAll(' ', '\t')}`))
      .join('\r\n')
    const found = await inspect(lines)
    expect(found).toMatchObject({ separator: 'tab', words: 1 })
    expect(guesses(found)).toEqual(['*2=pos/token/null', '*3=chunk/span/IOB2', '*4=ner/span/IOB2'])
    expect((await inspect(lines, 'file.txt', { words: 2 })).words).toBe(2)
    expect((await inspect(lines, 'file.txt', { words: 9 })).words).toBe(1)
  })

  it('guesses UPOS, XPOS and spans in MISC as tasks, DEPREL as one that could be', async () => {
    const found = await inspectFile(join(SAMPLE, 'ewt-train.conllu'), 'ewt-train.conllu')
    expect(found).toMatchObject({ format: 'conllu', separator: 'tab', words: 'FORM', sentences: 1500, tokens: 19377 })
    expect(guesses(found)).toEqual([
      '*UPOS=upos/token/null',
      '*XPOS=xpos/token/null',
      'DEPREL=deprel/token/null',
      '*MISC:NP=np/span/IOB2',
    ])
    expect(found.columns.at(-1)).toMatchObject({ title: 'MISC', index: 9 })
  })

  it('names two columns of a kind apart, and tolerates a slip in a span column', async () => {
    const found = await inspect(`${'a NN O B-PER\nb NN O I-PER\nc DT B-LOC O\n\n'.repeat(10)}d NN B-ORG Oops\n`)
    expect(guesses(found)).toEqual(['*1=pos/token/null', '*2=ner/span/IOB2', '*3=ner2/span/IOB2'])
  })

  it('knows CoNLL-2012 by its first line, whatever the number of its columns', async () => {
    const rows = [
      ['Ann', 'NNP', '(TOP(S(NP*)', '(PERSON)'],
      ['slept', 'VBD', '(VP*)', '*'],
      ['.', '.', '*))', '*'],
    ]
    const sentence = (more: string) =>
      rows
        .map(
          ([word, pos, parse, name], i) => `bc/made 0 ${i} ${word} ${pos} ${parse} - - - Someone ${name} ${more} -\n`,
        )
        .join('')
    const found = await inspect(
      `#begin document (bc/made); part 000\n${sentence('*')}\n${sentence('* *')}\n#end document\n`,
      'made.v4_gold_conll',
    )
    expect(found).toMatchObject({
      format: 'conll2012',
      words: 3,
      sentences: 2,
      tokens: 6,
      columns: [{ role: 'words' }, {}, {}, {}],
    })
    expect(guesses(found)).toEqual(['*POS=pos/token/null', '*NER=ner/span/IOB2', '*CHUNK=chunk/span/IOB2'])
  })

  it('reads gzip', async () => {
    expect(guesses(await inspect(gzipSync(NEWS), 'file.gz'))).toHaveLength(3)
  })

  it.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 'found an empty file'],
    ['a binary file', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1]), 'found a binary file'],
    ['an office document', 'PK\u0003\u0004rest', 'found a zip archive or an office document'],
    ['blank lines alone', '\n\n \n', 'found no token'],
    ['a list of words', 'one\ntwo\nthree\n', 'found one column, expected at least two'],
    [
      'running text',
      Array.from({ length: 40 }, (_, i) => 'so it goes on '.repeat(1 + (i % 7))).join('\n'),
      'found running text, expected a token a line',
    ],
    [
      'word vectors',
      `${Array.from({ length: 100 }, (_, i) => i / 7).join(' ')}\n`.repeat(3),
      'found 100 columns, as word vectors have them',
    ],
    ['no line end at all', 'x'.repeat(70_000), 'found one column, expected at least two'],
    ['broken gzip', gzipSync(NEWS).subarray(0, 40), 'found a broken gzip file'],
  ])('refuses %s', async (_, content, message) => {
    await expect(inspect(content)).rejects.toThrow(
      expect.objectContaining({
        code: 'notACorpus',
        message: expect.stringContaining(`file.txt: ${message}`) as string,
      }),
    )
  })

  it.skipIf(!HAS_REAL_DATA || !existsSync(join(REAL_DATA, 'conll2003')))('knows the corpora of the field', async () => {
    const known: [string, string[]][] = [
      ['conll2003/eng.testa', ['*1=pos/token/null', '*2=chunk/span/IOB1', '*3=ner/span/IOB1']],
      ['conll2000/test.txt', ['*1=pos/token/null', '*2=chunk/span/IOB2']],
      ['wnut17/emerging.dev.conll', ['*1=ner/span/IOB2']],
    ]
    for (const [file, expected] of known)
      expect(guesses(await inspectFile(join(REAL_DATA, file), file)), file).toEqual(expected)
  })
})

const ALL: TaskRequest[] = [
  ['pos', 1],
  ['chunk', 2],
  ['ner', 3],
].map(([name, column]) => ({ name: String(name), column, kind: 'auto', scheme: 'auto' }))

async function check(files: Partial<Record<'train' | 'dev' | 'test', string>>, request: Partial<CheckRequest> = {}) {
  const base = folder(files)
  const given = (['train', 'dev', 'test'] as const)
    .filter((split) => files[split] !== undefined)
    .map((split) => ({ split, path: join(base, split), name: `${split}.txt` }))
  return checkCorpus(
    { files: given, format: 'auto', words: 0, tasks: ALL, ...request },
    () => () => {},
    async () => {},
  )
}

describe('checking', () => {
  it('finds kinds and schemes, counts, and tells what dev has that train has not', async () => {
    const result = await check({ train: NEWS, dev: 'Germany NNP B-NP B-LOC\nCALL NN I-NP O\n', test: NEWS })
    expect(result).toMatchObject({ usable: true, format: 'conll' })
    expect(result.tasks).toEqual([
      { name: 'pos', column: 1, kind: 'token', scheme: null, labels: 5 },
      { name: 'chunk', column: 2, kind: 'span', scheme: 'IOB2', labels: 4 },
      { name: 'ner', column: 3, kind: 'span', scheme: 'IOB2', labels: 5 },
    ])
    expect(
      result.files.map(({ split, sentences, tokens, problemCount }) => [split, sentences, tokens, problemCount]),
    ).toEqual([
      ['train', 6, 21, 0],
      ['dev', 1, 2, 0],
      ['test', 6, 21, 0],
    ])
    expect(result.unseen).toMatchObject({
      tokens: 1,
      share: 0.5,
      words: [{ word: 'germany', count: 1 }],
      tags: [{ tokens: 0 }, { tokens: 0 }, { task: 'ner', tokens: 1, tags: ['B-LOC'] }],
    })
    expect(result.statistics.find(({ split, task }) => split === 'train' && task === 'ner')!.figures.spans).toEqual([
      { type: 'ORG', count: 3 },
      { type: 'MISC', count: 3 },
      { type: 'PER', count: 3 },
    ])
    expect(result.files[2].warnings).toEqual([
      { line: null, task: null, message: expect.stringContaining('the same bytes as train') as string },
    ])
  })

  it('tells every fault with its line: of form, and tags that are not of the scheme', async () => {
    const result = await check({
      train: `${NEWS}short line\n\n${NEWS}Mary NNP B-NP PER\nsleeps VBZ B-VP O\n\n`,
      dev: `${NEWS}x NN B-NP U-PER\n`,
    })
    const [train, dev] = result.files
    expect(train.problems).toEqual([
      { line: 28, task: null, message: expect.stringMatching(/^found 2 columns .*expected at least 4/) as string },
      { line: 57, task: 'ner', message: 'found the tag PER, expected a tag of the scheme IOB2' },
    ])
    expect(train).toMatchObject({ sentences: 12, rejectedSentences: 2, problemCount: 2, usable: true })
    expect(dev).toMatchObject({ sentences: 6, rejectedSentences: 1, problems: [{ line: 28, task: 'ner' }] })
    expect([...result.repairs[0]!.problemLines]).toEqual([28, 57])
  })

  it('counts all faults and tells some hundred', async () => {
    const [train] = (await check({ train: `${NEWS}${'x\n\n'.repeat(1000)}` })).files
    expect(train).toMatchObject({ problemCount: 1000, rejectedSentences: 1000, sentences: 6 })
    expect(train.problems).toHaveLength(PROBLEMS_REPORTED + 1)
    expect(train.problems.at(-1)!.message).toBe(`found 1000 problems; the first ${PROBLEMS_REPORTED} are reported`)
  })

  it('warns of sequences that break the scheme, and of sentences without end', async () => {
    const [train] = (await check({ train: `${NEWS}a NN B-NP I-PER\n\n${'a NN B-NP O\n'.repeat(501)}` })).files
    expect(train).toMatchObject({ problemCount: 0, warningCount: 2 })
    expect(train.warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '28: found I-PER at the start of a sentence, expected B- to start a span; it is read by conlleval’s rules',
      '30: found a sentence of 501 tokens, expected a blank line after each sentence',
    ])
  })

  it.each<[string, Parameters<typeof check>, RegExp]>([
    [
      'a column that is not there',
      [{ train: NEWS }, { tasks: [{ name: 'x', column: 7, kind: 'auto', scheme: 'auto' }] }],
      /found 4 columns .* expected the tags in column 7/,
    ],
    [
      'token tags taken for spans',
      [{ train: NEWS.replaceAll('NNP', 'B-NNP') }, { tasks: [{ name: 'x', column: 1, kind: 'span', scheme: 'auto' }] }],
      /found tags of no scheme/,
    ],
    ['nothing but faults', [{ train: 'a\nb\n' }], /found 1 columns/],
  ])('%s cannot be mended by leaving sentences out', async (_, args, message) => {
    const result = await check(...args)
    expect(result.usable).toBe(false)
    expect(result.files[0]).toMatchObject({ usable: false })
    expect(result.files[0].problems[0].message).toMatch(message)
    expect(result.repairs).toEqual([null])
  })

  it('holds dev to the format of train', async () => {
    const result = await check({
      train: NEWS,
      dev: readFileSync(join(SAMPLE, 'ewt-dev.conllu'), 'utf8').slice(0, 2000),
    })
    expect(result.files[1].usable).toBe(false)
  })
})
