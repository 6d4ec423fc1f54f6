/** CoNLL-2012 files, made up in the format of OntoNotes 5. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { IssueList } from '../../main/data/problems.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { chunksOfParse } from '../../main/data/parseChunks.ts'
import { readColumns } from '../../main/data/read.ts'
import { configSchema } from '../../shared/settings/config.ts'
import { folderOf } from '../support/corpus.ts'

/** [word, part of speech, parse bit, name] of each token. */
type Token = [string, string, string, string]

const sentence = (tokens: Token[]) =>
  `${tokens.map(([word, pos, parse, name], i) => `bc/made/00/made_0000   0   ${i}   ${word}   ${pos}   ${parse}   -   -   -   Speaker#1   ${name}   *   -`).join('\n')}\n\n`

const FIRST: Token[] = [
  ['The', 'DT', '(TOP(S(NP(NP*', '*'],
  ['mayor', 'NN', '*)', '*'],
  ['of', 'IN', '(PP*', '*'],
  ['New', 'NNP', '(NP*', '(GPE*'],
  ['York', 'NNP', '*)))', '*)'],
  ['will', 'MD', '(VP*', '*'],
  ['have', 'VB', '(VP*', '*'],
  ['sold', 'VBN', '(VP*', '*'],
  ['about', 'RB', '(NP(QP*', '(CARDINAL*'],
  ['ten', 'CD', '*)', '*)'],
  ['dogs', 'NNS', '*', '*'],
  ['and', 'CC', '*', '*'],
  ['cats', 'NNS', '*)', '*'],
  ['on', 'IN', '(PP*', '*'],
  ['Monday', 'NNP', '(NP*)', '(DATE)'],
  [',', ',', '*))))', '*'],
  ['said', 'VBD', '(VP*', '*'],
  ['Ann', 'NNP', '(NP*)', '(PERSON)'],
  ['.', '.', '*)))', '*'],
]
const TREE_FIRST = FIRST.map((token) => [...token] as Token)
// The quotation is a clause of its own: S(S(NP VP) , VP NP .).
TREE_FIRST[0][2] = '(TOP(S(S(NP(NP*'
TREE_FIRST[14][2] = '(NP*))))))'
TREE_FIRST[15][2] = '*'
TREE_FIRST[17][2] = '(NP*))'
TREE_FIRST[18][2] = '*))'

const SECOND: Token[] = [
  ['He', 'PRP', '(TOP(S(NP*)', '*'],
  ['knows', 'VBZ', '(VP*', '*'],
  ['that', 'IN', '(SBAR*', '*'],
  ['a', 'DT', '(S(NP*', '*'],
  ['very', 'RB', '(ADJP*', '*'],
  ['old', 'JJ', '*)', '*'],
  ['friend', 'NN', '*)', '*'],
  ['gave', 'VBD', '(VP*', '*'],
  ['up', 'RP', '(PRT*)', '*'],
  ['early', 'RB', '(ADVP*)))))', '*'],
  ['!', '.', '*))', '*'],
]

const text = `#begin document (bc/made/00/made_0000); part 000\n${sentence(TREE_FIRST)}${sentence(SECOND)}#end document\n`
const request = { words: '0', tags: ['POS', 'NER', 'chunk'].map((key) => ({ key, tasks: [key] })) }

async function read(content: string, tags = request) {
  const folder = folderOf({ 'made.conll': content })
  const issues = new IssueList()
  const file = await readColumns(join(folder, 'made.conll'), 'made.conll', { format: 'conll2012' }, tags, issues)
  return { file: file!, messages: issues.all.map(({ line, message }) => `${line}: ${message}`) }
}

describe('a CoNLL-2012 file', () => {
  it('gives words, parts of speech, names and chunks', async () => {
    const { file, messages } = await read(text)
    expect(messages).toEqual([])
    const { table } = file
    const column = (key: string) => Array.from(table.tags.get(key)!.ids, (id) => table.tags.get(key)!.names[id])
    expect(Array.from(table.sentenceStart)).toEqual([0, 19, 30])
    expect(Array.from(table.words.ids.slice(0, 5), (id) => table.words.names[id])).toEqual([
      'The',
      'mayor',
      'of',
      'New',
      'York',
    ])
    expect(column('POS').slice(0, 3)).toEqual(['DT', 'NN', 'IN'])
    expect(column('NER')).toEqual([
      'O',
      'O',
      'O',
      'B-GPE',
      'I-GPE',
      'O',
      'O',
      'O',
      'B-CARDINAL',
      'I-CARDINAL',
      'O',
      'O',
      'O',
      'O',
      'B-DATE',
      'O',
      'O',
      'B-PERSON',
      'O',
      ...new Array<string>(11).fill('O'),
    ])
    expect(column('chunk')).toEqual([
      'B-NP',
      'I-NP',
      'B-PP',
      'B-NP',
      'I-NP',
      'B-VP',
      'I-VP',
      'I-VP',
      'B-NP',
      'I-NP',
      'I-NP',
      'I-NP',
      'I-NP',
      'B-PP',
      'B-NP',
      'O',
      'B-VP',
      'B-NP',
      'O',
      'B-NP',
      'B-VP',
      'B-SBAR',
      'B-NP',
      'I-NP',
      'I-NP',
      'I-NP',
      'B-VP',
      'B-PRT',
      'B-ADVP',
      'O',
    ])
    expect(Array.from(table.lines.slice(18, 20))).toEqual([20, 22])
  })

  it.each<[string, (rows: string[]) => void, RegExp]>([
    [
      'a short line',
      (rows) => {
        rows[2] = rows[2].split(/\s+/).slice(0, 5).join(' ')
      },
      /^3: found 5 columns separated by spaces .* expected at least 12/,
    ],
    [
      'a number out of sequence',
      (rows) => {
        rows[3] = rows[3].replace('   2   ', '   7   ')
      },
      /^4: found the word number 7, expected 2/,
    ],
    [
      'a tree that is not closed',
      (rows) => {
        rows[19] = rows[19].replace('*))', '*)')
      },
      /^2: found a parse whose brackets do not match/,
    ],
    [
      'a name that is not closed',
      (rows) => {
        rows[5] = rows[5].replace('*)   *   -', '*   *   -')
      },
      /^10: found the name "\(CARDINAL\*" within GPE/,
    ],
    [
      'the end of no name',
      (rows) => {
        rows[2] = rows[2].replace('*   *   -', '*)   *   -')
      },
      /^3: found the end of a name/,
    ],
  ])('%s is told with its line, and its sentence left out', async (_, spoil, message) => {
    const rows = text.split('\n')
    spoil(rows)
    const { file, messages } = await read(rows.join('\n'))
    expect(messages[0]).toMatch(message)
    expect([file.badSentences, file.table.sentenceStart.length - 1]).toEqual([1, 1])
  })

  it('has no other tags', async () => {
    expect((await read(text, { words: '0', tags: [{ key: '3', tasks: ['x'] }] })).messages[0]).toMatch(
      /found the tags POS, NER, CHUNK, expected 3/,
    )
  })

  it('trains: POS as accuracy, names and chunks as spans', async () => {
    const folder = folderOf({ 'train.conll': text.repeat(3), 'dev.conll': text })
    const config = configSchema.parse({
      corpora: { onto: { train: 'train.conll', dev: 'dev.conll', format: 'conll2012' } },
      tasks: { pos: { tags: 'POS' }, ner: { tags: 'NER' }, chunk: { tags: 'CHUNK' } },
    })
    const { data } = await loadExperimentData(config, folder)
    expect(data.tasks.map(({ name, kind }) => [name, kind])).toEqual([
      ['pos', 'token'],
      ['ner', 'span'],
      ['chunk', 'span'],
    ])
  })
})

describe('chunks of a parse', () => {
  const of = (bits: string) =>
    chunksOfParse(bits.split(' ').map((one) => ({ bits: one.split('/')[0], pos: one.split('/')[1] })))

  it('a joint is inside between words of its own chunk only', () => {
    expect(of('(TOP(NP*/JJ */, */JJ *))/NN')).toEqual(['B-NP', 'I-NP', 'I-NP', 'I-NP'])
    expect(of('(TOP(NP(NP*)/NN */CC (NP*)))/NN')).toEqual(['B-NP', 'O', 'B-NP'])
  })

  it('functions of labels do not matter', () => {
    expect(of('(TOP(S(NP-SBJ*)/PRP (VP*/VBZ (ADJP-PRD*))))/JJ')).toEqual(['B-NP', 'B-VP', 'B-ADJP'])
  })

  it.each(['*/NN', '(TOP*/NN', '(TOP*)/NN *)/NN', '(TOP*))/NN', '(TOP*)/NN (TOP*)/NN', 'NN/NN'])(
    'no tree: %s',
    (bits) => {
      expect(of(bits)).toBeNull()
    },
  )
})
