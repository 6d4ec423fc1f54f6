/** Projects without a model, through the requests: sources, rules, words, occurrences, people, training. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { planTraining } from '../../main/api/annotate/train.ts'
import type { Requests } from '../../shared/protocol/api.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { uploaded } from '../support/upload.ts'

const TEXT = 'Anna lives in Lyon.\nBen left Lyon.\nLyon is far.\nIt rains in New York.'
const QUEUE = { order: 'file', filter: 'all' } as const

async function created(studio: Studio, changes: Partial<Requests['annotate.create']['arguments']> = {}) {
  const { project } = await studio.ask('annotate.create', {
    name: 'letters',
    sources: [{ kind: 'text', name: 'letters', text: TEXT }],
    tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC'] }],
    ...changes,
  })
  return project
}

/** Uploads made-up content. */
function placed(studio: Studio, name: string, content: string | Buffer): Promise<string> {
  writeFileSync(join(studio.folder, name), content)
  return uploaded(studio, name)
}

async function decide(studio: Studio, project: string, position: number, spans: [string, number, number][]) {
  const { revision } = await studio.ask('annotate.item', { project, ...QUEUE, position })
  const answers = [{ task: 'ner', labels: null, spans: spans.map(([type, from, to]) => ({ type, from, to })) }]
  return studio.ask('annotate.decide', { project, ...QUEUE, position, revision, answers })
}

it.each([
  ['a.csv', 'id,text\n1,"Anna, sleeps."\n2,Ben runs.\n', 'table', ['Anna, sleeps.', 'Ben runs.']],
  ['a.tsv', 'title\tbody\nx\tAnna sleeps.\n', 'table', ['Anna sleeps.']],
  ['a.jsonl', '{"title": "x", "text": "Anna sleeps. Ben runs."}\n', 'records', ['Anna sleeps.', 'Ben runs.']],
  ['a.json', '[{"id": 1, "content": "Anna sleeps."}]', 'records', ['Anna sleeps.']],
  ['a.txt', 'Anna sleeps. Ben runs.\n', 'text', ['Anna sleeps.', 'Ben runs.']],
  ['a.conll', 'Anna\tB-PER\nsleeps\tO\n\nBen\tB-PER\nruns\tO\n\n', 'conll', ['Anna sleeps', 'Ben runs']],
])('shows what %s is before anything is created', async (name, content, format, first) => {
  const studio = openStudio()
  const [found] = await studio.ask('annotate.inspect', { files: [{ file: await placed(studio, name, content) }] })
  expect(found).toMatchObject({ name, format, first, sentences: first.length, problem: null })
  expect(studio.store.annotation.list()).toEqual([])
})

it.each([
  ['picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])],
  ['empty.txt', ' \n'],
  ['half.json', '[{"text": "Anna'],
  ['numbers.json', '[{"a": 1}]'],
])('says why %s cannot be read, and what would work', async (name, content) => {
  const studio = openStudio()
  const [found] = await studio.ask('annotate.inspect', { files: [{ file: await placed(studio, name, content) }] })
  expect(found.problem).toContain(name)
  expect(found.problem).toMatch(/expected/)
})

it('the labels of a corpus are suggested, and can be changed', async () => {
  const studio = openStudio()
  const { id } = await studio.ask('datasets.sample', {})
  const { project } = await studio.ask('annotate.create', {
    name: 'gold',
    sources: [{ kind: 'corpus', corpus: id, split: 'dev' }],
  })
  const item = await studio.ask('annotate.item', { project, ...QUEUE, position: 0 })
  expect(item.suggestion).toMatchObject({ from: 'corpus', run: null, uncertainty: null })
  expect(item.suggestion!.tags.every(({ tags }) => tags.length === item.words.length)).toBe(true)
})

it('documents of a file of columns stay together when training splits', async () => {
  const studio = openStudio()
  // No sentence is in two documents: those would be one group.
  const documents = Array.from(
    { length: 12 },
    (_, d) => `-DOCSTART- O\n\nAnna${d} B-PER\nsees O\n\nother O\nwords${d} O\n\n`,
  )
  const file = await placed(studio, 'news.conll', documents.join(''))
  const project = await created(studio, { sources: [{ kind: 'file', file }] })
  for (let position = 0; position < 24; position++) await decide(studio, project, position, [])
  const decided = studio.store.annotation.decided(project)
  expect(decided.map(({ document }) => document)).toEqual(
    Array.from({ length: 24 }, (_, s) => `news.conll, document ${1 + (s >> 1)}`),
  )
  expect(planTraining(studio.store, project).documents).toBe(true)
})

it('rules suggest, never decide, and yield to decisions', async () => {
  const studio = openStudio()
  const project = await created(studio)
  await decide(studio, project, 0, [])
  const rules = [
    { task: 'ner', label: 'LOC', words: ['lyon', 'new york'] },
    { task: 'ner', label: 'PER', pattern: '\\bBen\\b' },
  ]
  expect(await studio.ask('annotate.rules', { project, rules })).toMatchObject({ suggested: 3, problems: [] })
  const spansAt = (position: number) =>
    studio.store.annotation
      .item(project, position)
      .suggestion?.tags[0].spans?.map(({ type, from, to }) => [type, from, to])
  expect([0, 1, 2, 3].map(spansAt)).toEqual([
    undefined,
    [
      ['PER', 0, 1],
      ['LOC', 2, 3],
    ],
    [['LOC', 0, 1]],
    [['LOC', 3, 5]],
  ])
  expect(studio.store.annotation.item(project, 0).answers![0].spans).toEqual([])
  const patterns =
    '{"label": "PER", "pattern": "Anna"}\n{"label": "LOC", "pattern": [{"lower": "new"}, {"lower": "york"}]}\n' +
    '{"label": "LOC", "pattern": [{"pos": "PROPN"}]}\n'
  const file = await placed(studio, 'patterns.jsonl', patterns)
  const { rules: all, problems } = await studio.ask('annotate.rules', { project, file, task: 'ner' })
  expect(all.length).toBe(4)
  expect(problems.join()).toMatch(/pos/)
  const broken = [{ task: 'ner', label: 'LOC', pattern: '(' }]
  expect((await studio.refusal('annotate.rules', { project, rules: broken })).code).not.toBe('internal')
})

it('a rule that takes for ever is refused by name, and the rules before it stay', async () => {
  const studio = openStudio()
  const project = await created(studio, {
    sources: [{ kind: 'text', name: 'slow', text: `${'a'.repeat(40)}b in Lyon\nAnna in Paris\n` }],
  })
  const good = [{ task: 'ner', label: 'LOC', words: ['lyon'] }]
  await studio.ask('annotate.rules', { project, rules: good })
  for (const slow of [{ pattern: '^(a+)+$' }, { tokens: [{ regex: '^(a+)+$' }] }]) {
    const rules = [...good, { task: 'ner', label: 'SLOW', ...slow }]
    const { code, message } = await studio.refusal('annotate.rules', { project, rules })
    expect(code).toBe('badRule')
    expect(message).toContain('^(a+)+$')
    expect(message).toContain('aaaa')
  }
  const { rules, tasks } = studio.store.annotation.get(project)
  expect(rules).toEqual(good)
  expect(tasks[0].labels.map(({ name }) => name)).not.toContain('SLOW')
})

it('labels follow a new name; a deletion counts its decisions; the last edit is undone', async () => {
  const studio = openStudio()
  const project = await created(studio)
  await decide(studio, project, 0, [
    ['PER', 0, 1],
    ['LOC', 3, 4],
  ])
  const typesAt = () => studio.store.annotation.item(project, 0).answers![0].spans!.map(({ type }) => type)
  const edit = (change: Requests['annotate.label']['arguments']['edit']) =>
    studio.ask('annotate.label', { project, task: 'ner', edit: change })
  expect(await edit({ do: 'rename', from: 'LOC', to: 'PLACE' })).toMatchObject({ affected: 1 })
  expect(typesAt()).toEqual(['PER', 'PLACE'])
  expect(await studio.ask('annotate.labelUses', { project, task: 'ner', label: 'PLACE' })).toMatchObject({
    sentences: 1,
  })
  await edit({ do: 'merge', from: 'PLACE', into: 'PER' })
  expect(typesAt()).toEqual(['PER', 'PER'])
  await studio.ask('annotate.undoLabels', { project })
  await studio.ask('annotate.undoLabels', { project })
  expect(typesAt()).toEqual(['PER', 'LOC'])
  await edit({ do: 'delete', name: 'LOC' })
  expect(typesAt()).toEqual(['PER'])
})

it('words are split and merged with their labels; undoing restores them', async () => {
  const studio = openStudio()
  const project = await created(studio)
  await decide(studio, project, 3, [['LOC', 3, 5]])
  const at = () => studio.store.annotation.item(project, 3)
  const before = at().words
  const merge = { do: 'merge' as const, from: 3, to: 5 }
  await studio.ask('annotate.words', { project, position: 3, revision: at().revision, edit: merge })
  expect(at().words).toEqual(['It', 'rains', 'in', 'New York', '.'])
  expect(at().answers![0].spans).toEqual([{ type: 'LOC', from: 3, to: 4 }])
  const split = { do: 'split' as const, word: 1, at: 4 }
  await studio.ask('annotate.words', { project, position: 3, revision: at().revision, edit: split })
  expect(at().words.slice(0, 4)).toEqual(['It', 'rain', 's', 'in'])
  expect(at().answers![0].spans).toEqual([{ type: 'LOC', from: 4, to: 5 }])
  await studio.ask('annotate.undo', { project, ...QUEUE })
  await studio.ask('annotate.undo', { project, ...QUEUE })
  expect(at().words).toEqual(before)
  expect(at().answers![0].spans).toEqual([{ type: 'LOC', from: 3, to: 5 }])
})

it('another person is imported beside the own decisions, and a difference settled', async () => {
  const studio = openStudio()
  const project = await created(studio)
  await decide(studio, project, 1, [
    ['PER', 0, 1],
    ['LOC', 2, 3],
  ])
  await decide(studio, project, 2, [['LOC', 0, 1]])
  const other = 'Ben\tB-PER\nleft\tO\nLyon\tO\n.\tO\n\nLyon\tB-LOC\nis\tO\nfar\tO\n.\tO\n\nNobody\tB-PER\nknows\tO\n\n'
  const file = await placed(studio, 'bea.conll', other)
  expect(await studio.ask('annotate.importDecisions', { project, file, annotator: 'Bea' })).toMatchObject({
    ...{ annotator: 'Bea', matched: 2, missing: 1 },
  })
  const [agreement] = await studio.ask('annotate.agreement', { project })
  // Spans: 3 of one, 2 of the other, 2 in common.
  expect(agreement).toMatchObject({ sentences: 2, differ: 1, spanF1: 0.8 })
  expect(studio.store.annotation.item(project, 1).answers![0].spans!.length).toBe(2)
  const { revision, others } = studio.store.annotation.item(project, 1)
  await studio.ask('annotate.decide', {
    ...{ project, ...QUEUE, position: 1, revision, settles: true },
    answers: others[0].answers,
  })
  expect((await studio.ask('annotate.get', { project })).differ).toBe(0)
  expect(studio.store.annotation.item(project, 1)).toMatchObject({ settled: true })
})

it('trains on what is decided, suggests for the rest, and says what is too little', async () => {
  const studio = openStudio()
  const text = Array.from({ length: 14 }, (_, n) => `Anna${n} saw Lyon${n % 3} today`).join('\n')
  const sources = [{ kind: 'file' as const, file: await placed(studio, 'raw.txt', text), format: 'tokens' as const }]
  const project = await created(studio, { sources })
  expect((await studio.ask('annotate.trainPlan', { project })).problem).toMatch(/at least 5 sentences/)
  expect((await studio.refusal('annotate.train', { project })).code).toBe('noTraining')
  for (let n = 0; n < 10; n++)
    await decide(studio, project, n, [
      ['PER', 0, 1],
      ['LOC', 2, 3],
    ])
  const plan = await studio.ask('annotate.trainPlan', { project })
  expect(plan).toMatchObject({ train: { sentences: 8 }, dev: { sentences: 2, spans: 4 }, problem: null })
  expect(plan.warnings.join()).toMatch(/4 spans \(fewer than 30\)/)
  const { run } = await studio.ask('annotate.train', { project })
  await vi.waitFor(
    () => expect(studio.store.annotation.item(project, 12).suggestion).toMatchObject({ from: 'run', run }),
    { timeout: 200_000, interval: 50 },
  )
  expect(studio.store.annotation.item(project, 3).answers![0].spans!.length).toBe(2)
  expect(studio.store.getRun(run).config.optimizer.batchSize).toBe(2)
})
