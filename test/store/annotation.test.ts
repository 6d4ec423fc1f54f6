/** Annotation projects in the database: decisions survive later models and killed processes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  answersOf,
  labelNamed,
  uncertaintyOf,
  type Answer,
  type SuggestingModel,
} from '../../shared/annotation/project.ts'
import { sentenceOfWords, type SentenceTags } from '../../shared/tags/tagging.ts'
import { tokeniseSentence } from '../../main/tagger/tokenise.ts'
import type { Queue } from '../../main/store/annotation/types.ts'
import type { Store } from '../../main/store/types.ts'
import { MODEL, project } from './annotationProject.ts'
import { open, temporaryPath } from './fixtures.ts'

const OPEN: Queue = { order: 'uncertain', filter: 'open' }
const LATER: SuggestingModel = { run: 'run-2', name: 'second', method: 'sparse' }
const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error

/** pos of every word, and np over the first word, with the same confidence everywhere. */
function tags(label: string, sure: number, length = 2): SentenceTags[] {
  return [
    {
      task: 'pos',
      tags: new Array<string>(length).fill(label),
      confidence: new Array<number>(length).fill(sure),
      spans: null,
    },
    {
      task: 'np',
      tags: ['B-NP', ...new Array<string>(length - 1).fill('O')],
      confidence: new Array<number>(length).fill(1),
      spans: [{ type: 'NP', from: 0, to: 1, confidence: 1 }],
    },
  ]
}
const fixed = (label: string): Answer[] => [
  { task: 'pos', labels: [label, label], spans: null },
  { task: 'np', labels: null, spans: [{ type: 'NP', from: 0, to: 2 }] },
]

/** Sentence n is suggested with confidence sure[n]. */
function suggested(sure: number[], path?: string): Store {
  const store = open(path)
  store.annotation.create(project(sure.map((_, n) => sentenceOfWords([`w${n}`, 'x']))))
  expect(
    store.annotation.suggest(
      'p',
      MODEL,
      sure.map((one, position) => ({ position, tags: tags('N', one) })),
    ),
  ).toBe(sure.length)
  return store
}
const queueOf = ({ annotation }: Store, queue: Queue) =>
  annotation.queue('p', queue, null, 0, 100).rows.map(({ position }) => position)
const accept = ({ annotation }: Store, position: number) =>
  annotation.decide(
    'p',
    position,
    annotation.item('p', position).revision,
    answersOf(annotation.item('p', position).suggestion!.tags),
    OPEN,
  )

describe('sentences and their queue', () => {
  it('round-trip, as text or as words', () => {
    const store = open(temporaryPath())
    const text = tokeniseSentence('👍🏽 Zu\u0308rich, e\u0301te!', { utf16: 7, codePoints: 6 })!
    const rows = sentenceOfWords(['a', 'b'], { format: 'conllu', lines: ['# c', '1\ta', '2\tb'] })
    store.annotation.create(project([text, rows]))
    expect(store.annotation.waiting('p', MODEL, 0, 9).map(({ sentence }) => sentence)).toEqual([text, rows])
    expect(store.annotation.item('p', 0)).toMatchObject({
      text: text.text,
      words: text.words,
      offsets: [
        [0, 4],
        [5, 12],
        [12, 13],
        [14, 18],
        [18, 19],
      ],
      state: 'open',
      suggestion: null,
      answers: null,
    })
    expect(() => store.annotation.item('p', 2)).toThrow(refusal('missing', /no sentence 2/))
    expect(() => store.annotation.get('q')).toThrow(refusal('missing', /no annotation project q/))
    expect(() => store.annotation.create({ ...project([rows]), id: 'other' })).toThrow(refusal('exists', /already/))
  })

  it('are sorted by uncertainty, sentences without suggestions last, or in file order', () => {
    const store = suggested([0.9, 0.2, 0.5, 0.2])
    expect(queueOf(store, OPEN)).toEqual([1, 3, 2, 0])
    expect(queueOf(store, { order: 'file', filter: 'all' })).toEqual([0, 1, 2, 3])
    expect(store.annotation.item('p', 1).suggestion!.uncertainty).toBeCloseTo(0.8)
    expect([
      store.annotation.step('p', OPEN, null, 'next'),
      store.annotation.step('p', OPEN, null, 'previous'),
    ]).toEqual([1, 0])
    expect(store.annotation.step('p', { order: 'file', filter: 'all' }, null, 'previous')).toBe(3)
    expect([1, 3, 2, 0].map((at) => store.annotation.step('p', OPEN, at, 'next'))).toEqual([3, 2, 0, null])
    expect([1, 3, 2, 0].map((at) => store.annotation.step('p', OPEN, at, 'previous'))).toEqual([null, 1, 3, 2])
    expect(store.annotation.step('p', { order: 'file', filter: 'open' }, 2, 'previous')).toBe(1)
    const around = (position: number, before: number, count: number) =>
      store.annotation.queue('p', OPEN, position, before, count).rows.map((row) => row.position)
    expect([around(3, 1, 1), around(3, 9, 0), around(0, 2, 9)]).toEqual([
      [1, 3, 2],
      [1, 3],
      [3, 2, 0],
    ])
    store.annotation.create({
      ...project([sentenceOfWords(['a', 'b']), sentenceOfWords(['c', 'd'])]),
      id: 'q',
      name: 'q',
    })
    store.annotation.suggest('q', MODEL, [{ position: 1, tags: tags('N', 0.99) }])
    expect(store.annotation.queue('q', OPEN, null, 0, 1)).toEqual({
      total: 2,
      rows: [
        { position: 1, state: 'open', uncertainty: expect.closeTo(0.01), flagged: false, differs: false, text: 'c d' },
      ],
    })
    expect(store.annotation.queue('q', OPEN, 0, 0, 9).rows).toEqual([
      { position: 0, state: 'open', uncertainty: null, flagged: false, differs: false, text: 'a b' },
    ])
  })

  it('uncertainty is one minus the lowest confidence of any word for any task', () => {
    expect(
      uncertaintyOf([...tags('N', 0.7), { task: 'np', tags: ['O', 'O'], confidence: [0.9, 0.4], spans: [] }]),
    ).toBeCloseTo(0.6)
    expect(uncertaintyOf([{ task: 'pos', tags: ['N'], confidence: null, spans: null }])).toBe(0)
  })
})

describe('decisions', () => {
  it('are stored with the next sentence; accepted as suggested, fixed otherwise', () => {
    const path = temporaryPath()
    const store = suggested([0.9, 0.2, 0.5], path)
    expect(accept(store, 1)).toMatchObject({ item: { state: 'accepted', answers: answersOf(tags('N', 1)) }, next: 2 })
    expect(store.annotation.decide('p', 2, null, fixed('V'), OPEN)).toMatchObject({
      item: { state: 'fixed', answers: fixed('V') },
      next: 0,
    })
    expect(store.annotation.decide('p', 0, null, null, OPEN)).toMatchObject({
      item: { state: 'skipped', answers: null },
      next: null,
    })
    const reader = open(path, { readonly: true })
    expect(reader.annotation.get('p')).toMatchObject({
      counts: { open: 0, accepted: 1, fixed: 1, skipped: 1 },
      place: { ...OPEN, position: 0 },
      undoable: 3,
      pending: 0,
    })
    expect(
      reader.annotation
        .decided('p')
        .map(({ position, state, answers, model }) => ({ position, state, answers, model })),
    ).toEqual([
      {
        position: 1,
        state: 'accepted',
        answers: answersOf(tags('N', 1)),
        model: { run: MODEL.run, method: MODEL.method },
      },
      { position: 2, state: 'fixed', answers: fixed('V'), model: { run: MODEL.run, method: MODEL.method } },
    ])
  })

  it('the first open sentence follows the last', () => {
    const store = suggested([0.9, 0.2, 0.5])
    expect(accept(store, 0).next).toBe(1)
  })

  it('are refused for sentences that another window decided meanwhile', () => {
    const store = suggested([0.5])
    const { item } = accept(store, 0)
    expect(() => store.annotation.decide('p', 0, null, null, OPEN)).toThrow(refusal('changed', /another window/))
    expect(store.annotation.item('p', 0)).toEqual(item)
    expect(store.annotation.decide('p', 0, item.revision, fixed('V'), OPEN).item.state).toBe('fixed')
  })

  it('are undone one by one, each by a further decision; the log only grows', () => {
    const path = temporaryPath()
    const store = suggested([0.9, 0.2], path)
    accept(store, 1)
    store.annotation.decide('p', 1, store.annotation.item('p', 1).revision, fixed('V'), OPEN)
    accept(store, 0)
    expect(store.annotation.undo('p')).toMatchObject({
      item: { position: 0, state: 'open', answers: null },
      answers: answersOf(tags('N', 1)),
    })
    expect(store.annotation.undo('p')).toMatchObject({
      item: { position: 1, state: 'accepted', answers: answersOf(tags('N', 1)) },
      answers: fixed('V'),
    })
    expect(store.annotation.get('p').undoable).toBe(1)
    expect(store.annotation.undo('p')).toMatchObject({ item: { position: 1, state: 'open' } })
    expect(store.annotation.undo('p')).toEqual({ item: null, answers: null })
    expect(store.annotation.get('p').counts).toEqual({ open: 2, accepted: 0, fixed: 0, skipped: 0 })
    accept(store, 0)
    expect(store.annotation.undo('p').item!.state).toBe('open')
    const db = new Database(path, { readonly: true })
    onTestFinished(() => void db.close())
    expect(db.prepare('SELECT state FROM annotation_decisions ORDER BY id').pluck().all()).toEqual([
      'accepted',
      'fixed',
      'accepted',
      'open',
      'accepted',
      'open',
      'accepted',
      'open',
    ])
  })
})

describe('decisions', () => {
  it('are not changed by a later model: only open sentences get suggestions', () => {
    const store = suggested([0.1, 0.2, 0.3, 0.4])
    accept(store, 0)
    store.annotation.decide('p', 1, null, fixed('V'), OPEN)
    store.annotation.decide('p', 2, null, null, OPEN)
    const before = [0, 1, 2].map((at) => store.annotation.item('p', at))
    store.annotation.setModel('p', LATER, new Map([['pos', ['N', 'ADJ']]]))
    expect(store.annotation.get('p')).toMatchObject({
      pending: 1,
      model: LATER,
      tasks: [{ labels: ['N', 'V', 'ADJ'].map(labelNamed) }, { labels: ['NP'].map(labelNamed) }],
    })
    expect(store.annotation.waiting('p', LATER, 0, 9).map(({ position }) => position)).toEqual([3])
    expect(
      store.annotation.suggest(
        'p',
        LATER,
        [0, 1, 2, 3].map((position) => ({ position, tags: tags('ADJ', 0.99) })),
      ),
    ).toBe(1)
    expect([0, 1, 2].map((at) => store.annotation.item('p', at))).toEqual(before)
    expect(store.annotation.item('p', 3).suggestion).toMatchObject({ run: 'run-2', tags: tags('ADJ', 0.99) })
    expect(store.annotation.get('p').pending).toBe(0)
    // Late suggestions of the first model are dropped.
    expect(store.annotation.suggest('p', MODEL, [{ position: 3, tags: tags('N', 1) }])).toBeNull()
    expect(store.annotation.item('p', 3).suggestion!.run).toBe('run-2')
  })

  it('are protected by triggers of the database', () => {
    const path = temporaryPath()
    const store = suggested([0.1, 0.2], path)
    accept(store, 0)
    const db = new Database(path)
    onTestFinished(() => void db.close())
    expect(() => db.exec("UPDATE annotation_suggestions SET tags = '[]' WHERE position = 0")).toThrow(/is decided/)
    expect(() =>
      db.exec("INSERT OR REPLACE INTO annotation_suggestions VALUES ('p', 0, 'run', 'r', 'sparse', '[]', 0, 0)"),
    ).toThrow(/is decided/)
    expect(() => db.exec("UPDATE annotation_decisions SET answers = '[]'")).toThrow(/never changed/)
    db.exec("UPDATE annotation_suggestions SET tags = '[]' WHERE position = 1")
    expect(store.annotation.item('p', 0).answers).toEqual(answersOf(tags('N', 1)))
  })

  it('outlive the run that suggested, but not their project', () => {
    const path = temporaryPath()
    const store = suggested([0.1], path)
    accept(store, 0)
    store.annotation.remove('p')
    expect(store.annotation.list()).toEqual([])
    const db = new Database(path, { readonly: true })
    onTestFinished(() => void db.close())
    for (const table of ['items', 'suggestions', 'decisions']) {
      expect(db.prepare(`SELECT count(*) FROM annotation_${table}`).pluck().get()).toBe(0)
      expect(db.pragma(`foreign_key_list(annotation_${table})`)).not.toContainEqual(
        expect.objectContaining({ table: 'runs' }),
      )
    }
  })

  it('survive a model that writes at the same time in another process, and kill -9 of the deciding process', async () => {
    const path = temporaryPath()
    const sentences = 90
    const store = suggested(new Array<number>(sentences).fill(0.5), path)
    const start = (how: string) => {
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL('./processes/annotator.ts', import.meta.url)), path, how],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      onTestFinished(() => void child.kill('SIGKILL'))
      return child
    }
    const model = start('suggest')
    // After all sentences it starts over.
    await once(model.stdout, 'data')
    const person = start('decide')
    const told: number[] = []
    person.stdout.on('data', (data: Buffer) => {
      for (const line of data.toString().split('\n')) if (/^\d+;$/.test(line)) told.push(Number.parseInt(line))
      // At a random moment.
      if (told.length > sentences / 3) person.kill('SIGKILL')
    })
    await once(person, 'exit')
    model.kill('SIGKILL')
    await once(model, 'exit')
    expect(told.length).toBeGreaterThan(sentences / 3)
    const kept = new Map(store.annotation.decided('p').map(({ position, answers }) => [position, answers]))
    for (const position of told) expect(kept.get(position), `sentence ${position}`).toEqual(fixed(`H${position}`))
    // One more may be committed than was reported.
    expect(kept.size - told.length).toBeLessThanOrEqual(1)
    expect(
      store.annotation
        .queue('p', { order: 'file', filter: 'open' }, null, 0, 500)
        .rows.map(({ position }) => store.annotation.item('p', position).suggestion!.run),
    ).not.toContain(MODEL.run)
  })
})

describe('dataset versions', () => {
  it('are numbered one after the other', () => {
    const store = suggested([0.1], temporaryPath())
    const save = (version: number, name: string) =>
      store.saveCorpus(
        {
          id: name,
          name,
          createdAt: '2026-01-01T00:00:00.000Z',
          format: 'conll',
          words: 0,
          devFraction: 0.1,
          files: [],
          tasks: [],
          origin: {
            project: 'p',
            name: 'p',
            version,
            base: null,
            accepted: 1,
            fixed: 0,
            replaced: 0,
            suggestedBy: [],
            tasks: [],
          },
        },
        { statistics: [], unseen: null },
      )
    expect(save(1, 'v1').origin!.version).toBe(1)
    expect(() => save(1, 'again')).toThrow(refusal('changed', /created meanwhile/))
    save(2, 'v2')
    store.deleteCorpus('v2')
    expect(store.annotation.get('p').versionCount).toBe(2)
    expect(store.listCorpora().map(({ name }) => name)).toEqual(['v1'])
  })
})
