/** The sentences of an imported corpus, by filter. */
import { expect, it } from 'vitest'
import { findSentences } from '../../main/api/datasets/corpusSentences.ts'
import { openStudio } from '../support/studio.ts'

const FILES = {
  'train.txt': ['The DET B-NP', 'cat NOUN I-NP', 'sat VERB O', '', 'Dogs NOUN B-NP', 'bark VERB O', ''].join('\n'),
  'dev.txt': ['the DET B-NP', 'mouse NOUN I-NP', 'sat VERB O', '', 'Bark VERB O', '', 'A DET B-VP', ''].join('\n'),
}

async function imported() {
  const studio = openStudio(FILES)
  const file = async (name: string) => (await studio.ask('files.open', { path: `${studio.folder}/${name}` })).file
  const { id } = await studio.ask('datasets.import', {
    name: 'made',
    files: { train: await file('train.txt'), dev: await file('dev.txt'), test: null },
    format: 'conll',
    words: 0,
    tasks: [
      { name: 'pos', column: 1, kind: 'token', scheme: 'auto' },
      { name: 'np', column: 2, kind: 'span', scheme: 'IOB2' },
    ],
    problems: 'refuse',
  })
  const found = async (filter: object) =>
    (await studio.ask('datasets.sentences', { corpus: id, split: 'dev', ...filter })).sentences.map(
      ({ index }) => index,
    )
  return { studio, id, found }
}

it('shows words, tags of every task, and which words train does not have in any case of letters', async () => {
  const { studio, id } = await imported()
  const page = await studio.ask('datasets.sentences', { corpus: id, split: 'dev', limit: 1 })
  expect(page).toMatchObject({ total: 3, found: 3 })
  expect(page.tasks).toEqual([
    { name: 'pos', kind: 'token', labels: ['DET', 'NOUN', 'VERB'] },
    { name: 'np', kind: 'span', labels: ['NP', 'VP'] },
  ])
  expect(page.sentences).toEqual([
    {
      index: 0,
      words: ['the', 'mouse', 'sat'],
      unseen: [false, true, false],
      tags: [
        ['DET', 'NOUN', 'VERB'],
        ['B-NP', 'I-NP', 'O'],
      ],
    },
  ])
  await studio.close()
})

it('finds by word, label, length and unseen words', async () => {
  const { studio, found } = await imported()
  expect(await found({ word: 'AR' })).toEqual([1])
  expect(await found({ label: { task: 'np', label: 'NP' } })).toEqual([0])
  expect(await found({ label: { task: 'pos', label: 'VERB' } })).toEqual([0, 1])
  expect(await found({ label: { task: 'none', label: 'VERB' } })).toEqual([])
  expect(await found({ least: 2 })).toEqual([0])
  expect(await found({ most: 1 })).toEqual([1, 2])
  expect(await found({ unseen: true })).toEqual([0, 2])
  expect(await found({ offset: 1, limit: 1 })).toEqual([1])
  expect(await found({ split: 'train', unseen: true })).toEqual([])
  await studio.close()
})

it('says where a split has no file', async () => {
  const { studio, id } = await imported()
  expect(await studio.refusal('datasets.sentences', { corpus: id, split: 'test' })).toMatchObject({
    code: 'noFile',
    message: 'The corpus made has no test file.',
  })
  await studio.close()
})

it('does not take a hyphen within a tag for a prefix', () => {
  const table = {
    sentenceStart: Int32Array.of(0, 1),
    words: { names: ['x'], ids: Int32Array.of(0) },
    tags: new Map([['1', { names: ['B-A-B'], ids: Int32Array.of(0) }]]),
  }
  const tasks = [{ name: 'ner', column: 1, kind: 'span' as const, scheme: 'IOB2' as const, labels: 1 }]
  const filter = { word: '', unseen: false, least: 0, most: null }
  expect(findSentences({ tasks }, table, null, { ...filter, label: { task: 'ner', label: 'A-B' } })).toEqual([0])
  expect(findSentences({ tasks }, table, null, { ...filter, label: { task: 'ner', label: 'B' } })).toEqual([])
})
