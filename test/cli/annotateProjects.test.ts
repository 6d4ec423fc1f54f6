/** The command `annotate` with its actions: projects from files, decisions of several people, exports. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { folderWith } from '../config/helpers.ts'
import { run } from './helpers.ts'

const ANNA = 'Anna\tB-PER\nSmith\tI-PER\nwent\tO\nto\tO\nRome\tB-LOC\n.\tO\n\nNothing\tO\nhere\tO\n.\tO\n\n'
const FILES = {
  'news.txt': 'Anna Smith went to Rome.\nThe office of Acme is in Paris.\nNothing here.\n',
  'posts.csv': 'id,body,date\n1,Anna is here. Ben is not.,today\n2,Rome,today\n',
  'anna.conll': ANNA,
  'ben.conll': ANNA.replace('B-LOC', 'O'),
  'other.conll': 'Nobody\tB-PER\nknows\tO\n\n',
  'ben.ann': 'T1\tLOC 19 23\tRome\n',
  'ben.txt': 'Anna Smith went to Rome.\n',
}
const NEW = ['annotate', 'new', 'news', 'news.txt', '--task', 'entities', '--labels', 'PER,ORG, LOC']

async function created(): Promise<string> {
  const cwd = folderWith(FILES)
  expect(await run(NEW, { cwd })).toEqual({
    code: 0,
    out: 'created news: entities (spans: PER, ORG, LOC)\n',
    err: 'news.txt: 3 sentences, read as running text\n',
  })
  return cwd
}

test('creates projects from text and tables, with tasks of spans and of tokens', async () => {
  const cwd = await created()
  const table = ['annotate', 'new', 'posts', 'posts.csv', 'news.txt', '--text-column', 'body']
  const tasks = ['--task', 'entities', '--task', 'pos', '--labels', 'PER', '--kind', 'spans', '--kind', 'tokens']
  // The column is that of the table: running text has none.
  expect(await run([...table, ...tasks], { cwd })).toMatchObject({ code: 0 })
  const store = openStore(join(cwd, 'studio.db'))
  const [posts] = store.annotation.list()
  expect(posts).toMatchObject({ name: 'posts', counts: { open: 6 } })
  expect(posts.tasks.map(({ name, kind, labels }) => [name, kind, labels.map((label) => label.name)])).toEqual([
    ['entities', 'span', ['PER']],
    ['pos', 'token', []],
  ])
  expect(store.annotation.sentence(posts.id, 2).text).toBe('Rome')
  store.close()
})

test('imports what other people decided and measures how far they agree', async () => {
  const cwd = await created()
  const add = (...args: string[]) => run(['annotate', 'import', 'news', ...args], { cwd })
  expect((await add('anna.conll', '--as', 'Anna', '--task', 'entities=1')).out).toBe('news: 2 decisions of Anna\n')
  expect((await add('ben.conll')).out).toBe('news: 2 decisions of ben\n')
  const text = (await run(['annotate', 'agreement', 'news'], { cwd })).out
  expect(text).toContain('entities: Anna, ben; 2 sentences, 9 words\nCohen’s κ 0.757, F1 of spans 0.667\n')
  expect(text).toContain(
    '  1: Anna Smith went to Rome.\n      Anna: PER Anna Smith; LOC Rome\n      ben: PER Anna Smith\n',
  )
  const [json] = JSON.parse((await run(['annotate', 'agreement', 'news', '--json'], { cwd })).out) as object[]
  expect(json).toMatchObject({
    task: 'entities',
    spanF1: 2 / 3,
    differ: 1,
    perLabel: [
      { label: 'LOC', agree: 0, differ: 1 },
      { label: 'PER', agree: 1, differ: 0 },
    ],
    differing: [{ sentence: 1, decided: [{ annotator: 'Anna' }, { annotator: 'ben' }] }],
  })
  // A third person, from brat's standoff files: the text is read from beside the annotations.
  expect((await add('ben.ann', '--as', 'Cleo')).out).toBe('news: 1 decisions of Cleo\n')
  expect((await run(['annotate', 'agreement', 'news'], { cwd })).out).toContain('Krippendorff’s α')
})

test('exports one person’s decisions, which import again to the same', async () => {
  const cwd = await created()
  await run(['annotate', 'import', 'news', 'anna.conll', '--as', 'Anna'], { cwd })
  const write = (...args: string[]) => run(['annotate', 'export', 'news', '--annotator', 'Anna', ...args], { cwd })
  expect((await write('--format', 'conll')).out).toBe(ANNA)
  expect(await write('--format', 'doccano', '--out', 'anna.jsonl')).toEqual({
    code: 0,
    out: '',
    err: 'news: 2 decided sentences of Anna as doccano, written to anna.jsonl\n',
  })
  expect(readFileSync(join(cwd, 'anna.jsonl'), 'utf8')).toContain('[0,10,"PER"]')
  await run(['annotate', 'import', 'news', 'anna.jsonl', '--as', 'copy'], { cwd })
  const [{ spanF1, differ }] = JSON.parse((await run(['annotate', 'agreement', 'news', '--json'], { cwd })).out) as {
    spanF1: number
    differ: number
  }[]
  expect([spanF1, differ]).toEqual([1, 0])
})

test('exports brat’s two files, which import again to the same', async () => {
  const cwd = folderWith({
    'smile.txt': '👍🏽 Anna Smith went to Rome.\nNothing here.\n',
    'anna.conll': `👍🏽\tO\n${ANNA}`,
  })
  await run(['annotate', 'new', 'smile', 'smile.txt', '--task', 'ner', '--labels', 'PER,LOC'], { cwd })
  await run(['annotate', 'import', 'smile', 'anna.conll', '--as', 'Anna', '--task', 'ner=1'], { cwd })
  const write = (...out: string[]) =>
    run(['annotate', 'export', 'smile', '--format', 'brat', '--annotator', 'Anna', ...out], { cwd })
  expect((await write('--out', 'out.ann')).code).toBe(0)
  expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toBe('👍🏽 Anna Smith went to Rome.\nNothing here.\n')
  // The hand and its colour are two code points.
  expect(readFileSync(join(cwd, 'out.ann'), 'utf8')).toBe('T1\tPER 3 13\tAnna Smith\nT2\tLOC 22 26\tRome\n')
  await run(['annotate', 'import', 'smile', 'out.ann', '--as', 'copy', '--task', 'ner=PER,LOC'], { cwd })
  const { out } = await run(['annotate', 'agreement', 'smile', '--json'], { cwd })
  expect(JSON.parse(out)).toMatchObject([{ sentences: 2, spanF1: 1, differ: 0 }])
  expect(await write()).toMatchObject({ code: 2, err: expect.stringContaining('expected --out NAME.ann') })
})

test('trains, judges by folds and draws the learning curve', { timeout: 900_000 }, async () => {
  const text = Array.from({ length: 24 }, (_, n) => `Anna${n} saw Lyon${n % 7} today .`).join('\n')
  const cwd = folderWith({ 'small.txt': text })
  const trainingSettings = { 'model.hidden': 6, 'model.wordDim': 6, 'imp.epochs': 3, 'imp.maxRounds': 1 }
  const annotate = (...args: string[]) => run(['annotate', ...args], { cwd, trainingSettings })
  await annotate('new', 'small', 'small.txt', '--task', 'ner', '--labels', 'PER')
  const store = openStore(join(cwd, 'studio.db'))
  const { id } = store.annotation.list()[0]
  const answers = [{ task: 'ner', labels: null, spans: [{ type: 'PER', from: 0, to: 1 }] }]
  for (let position = 0; position < 20; position++)
    store.annotation.decide(id, position, null, answers, { order: 'file', filter: 'open' })

  const once = await annotate('train', 'small')
  expect(once).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^run \S+: 16 sentences to learn from, 4 to score with\n/),
  })
  expect(once.out).toMatch(/\n4 open sentences have its suggestions/)
  expect(once.err).toMatch(/note: .*4 spans \(fewer than 30\)[^]*note: --folds 5 judges every sentence once/)
  expect(store.annotation.item(id, 22).suggestion?.from).toBe('run')

  const folds = await annotate('train', 'small', '--folds', '5')
  expect(folds.err).toContain('training 5 of 5: 16 sentences to learn from, 4 to judge on\n')
  expect(folds.out).toMatch(
    /Cross-validation of 20 sentences over 5 folds; seed 0\n[^]*\nner +F1 +[\d.]+ +[\d.]+ ± [\d.]+\n/,
  )
  expect(folds.out).toMatch(/run \S+: all sentences\n[^]*4 open sentences have its suggestions/)
  expect(store.listRuns()).toHaveLength(2)

  const curve = JSON.parse((await annotate('learning-curve', 'small', '--folds', '1', '--json')).out) as {
    points: { sentences: number }[]
    gains: { text: string }[]
  }
  expect(curve.points.map(({ sentences }) => sentences)).toEqual([4, 8, 12, 16])
  expect(curve.gains[0].text).toMatch(/^The last 4 sentences /)
  expect(await annotate('learning-curve', 'small', '--resume')).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing to resume: these trainings are finished'),
  })
  expect(await annotate('train', 'small', '--folds', '3')).toMatchObject({ code: 2 })
  store.close()
})

test('refuses what it cannot do with one line, and leaves nothing behind', async () => {
  const cwd = await created()
  const refused = async (code: number, message: string, ...args: string[]) =>
    expect(await run(['annotate', ...args], { cwd })).toEqual({
      code,
      out: '',
      err: expect.stringMatching(new RegExp(`^error: [^\n]*${message}[^\n]*\n$`)),
    })
  await refused(2, 'needs NAME FILES', 'new')
  await refused(2, '--labels needs --task NAME', 'new', 'x', 'news.txt', '--labels', 'PER')
  await refused(2, 'expected spans or tokens', 'new', 'x', 'news.txt', '--task', 'a', '--kind', 'words')
  await refused(1, 'found no such file', 'new', 'x', 'none.txt')
  await refused(1, '"news" already exists', 'new', 'news', 'news.txt')
  await refused(1, 'no annotation project olds; available: news', 'agreement', 'olds')
  await refused(1, 'No sentence of news is accepted or fixed yet', 'export', 'news', '--out', 'none.conll')
  await refused(1, 'Eve has decided no sentence of news', 'export', 'news', '--annotator', 'Eve')
  await refused(1, 'expected a column for the sentence', 'import', 'news', 'posts.csv')
  await refused(1, 'none of which news has', 'import', 'news', 'other.conll', '--task', 'entities=1')
  await refused(1, 'Label at least 5 sentences first', 'train', 'news')
  await refused(2, 'expected an action', 'what', 'news')
  expect((await run(['annotate', '--json'], { cwd })).out.match(/"id"/g)).toHaveLength(1)
})
