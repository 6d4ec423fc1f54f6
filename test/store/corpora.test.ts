/** The catalogue of corpora in the database. */
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Corpus, CorpusFigures } from '../../shared/protocol/requests/datasets.ts'
import { dataset, newRun, open, temporaryPath } from './fixtures.ts'

const figures: CorpusFigures = {
  statistics: [
    {
      split: 'train',
      task: 'ner',
      figures: { sentences: 3, tokens: 9, longest: 4, lengths: [3], labels: [{ tag: 'O', count: 9 }], spans: [] },
    },
  ],
  unseen: null,
}

function corpus(folder: string, name = 'news', more: Partial<Corpus> = {}): Corpus {
  const file = {
    name: 'train.txt',
    path: join(folder, 'abc-train.txt'),
    rejectedPath: null,
    hash: 'train',
    bytes: 100,
    sentences: 3,
    tokens: 9,
    rejectedSentences: 0,
  }
  return {
    id: `${name}-1`,
    name,
    createdAt: '2026-01-01T00:00:00.000Z',
    format: 'conll',
    words: 0,
    devFraction: 0.1,
    files: [
      { ...file, split: 'train' },
      {
        ...file,
        split: 'dev',
        hash: 'dev',
        path: join(folder, 'def-dev.txt'),
        rejectedPath: join(folder, 'def-rejected'),
        rejectedSentences: 2,
      },
    ],
    tasks: [{ name: 'ner', column: 3, kind: 'span', scheme: 'IOB2', labels: 9 }],
    origin: null,
    ...more,
  }
}

describe('the catalogue', () => {
  it('returns corpora as they were saved, newest first, also to another connection', () => {
    const path = temporaryPath()
    const store = open(path)
    const folder = store.corporaFolder!
    expect(folder).toBe(join(dirname(path), 'runs.corpora'))
    const first = corpus(folder)
    expect(store.saveCorpus(first, figures)).toEqual(first)
    const second = corpus(folder, 'web', { createdAt: '2026-01-02T00:00:00.000Z', format: 'conllu', words: 'FORM' })
    store.saveCorpus(second, figures)
    expect(open(path, { readonly: true }).listCorpora()).toEqual([second, first])
    expect(store.corpusFigures('news-1')).toEqual({ ...figures, runs: [] })
    expect(store.corpusFile('dev')).toBe(join(folder, 'def-dev.txt'))
    expect(store.corpusFile('nothing')).toBeNull()
  })

  it('moves with its database: paths are relative to its folder', () => {
    const path = temporaryPath()
    const store = open(path)
    store.saveCorpus(corpus('/somewhere/else'), figures)
    expect(store.getCorpus('news-1').files.map((file) => file.path)).toEqual([
      join(store.corporaFolder!, 'abc-train.txt'),
      join(store.corporaFolder!, 'def-dev.txt'),
    ])
  })

  it('keeps names unique', () => {
    const store = open(temporaryPath())
    store.saveCorpus(corpus('x'), figures)
    store.saveCorpus(corpus('x', 'web'), figures)
    const taken = expect.objectContaining({
      code: 'exists',
      message: expect.stringContaining('The corpus "news" already exists') as string,
    }) as Error
    expect(() => store.saveCorpus(corpus('x', 'news', { id: 'other' }), figures)).toThrow(taken)
    expect(() => store.renameCorpus('web-1', 'news')).toThrow(taken)
    expect(store.renameCorpus('web-1', 'web').name).toBe('web')
    expect(store.renameCorpus('web-1', 'tweets').name).toBe('tweets')
    expect(
      store
        .listCorpora()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['news', 'tweets'])
  })

  it('knows the runs trained on a corpus, and which files must stay', () => {
    const store = open(temporaryPath())
    const { files } = store.saveCorpus(corpus(store.corporaFolder!), figures)
    const run = store.createRun(
      newRun('on news', { datasets: [{ ...dataset('train'), path: files[0].path }, dataset('dev')] }),
    )
    expect(store.corpusFigures('news-1').runs).toEqual([{ id: run.id, name: 'on news' }])
    expect(store.corpusFilesInUse()).toEqual(
      new Set([files[0].path, files[1].path, files[1].rejectedPath, 'data/dev.txt']),
    )
    store.deleteCorpus('news-1')
    expect(store.listCorpora()).toEqual([])
    expect(store.corpusFilesInUse()).toEqual(new Set([files[0].path, 'data/dev.txt']))
    store.deleteRun(run.id)
    expect(store.corpusFilesInUse()).toEqual(new Set())
  })

  it('reports what is missing', () => {
    const store = open()
    expect(store.corporaFolder).toBeNull()
    for (const ask of [
      () => store.getCorpus('x'),
      () => store.renameCorpus('x', 'y'),
      () => store.deleteCorpus('x'),
      () => store.corpusFigures('x'),
    ]) {
      expect(ask).toThrow(
        expect.objectContaining({ code: 'missing', message: 'There is no corpus x in the catalogue.' }) as Error,
      )
    }
  })
})
