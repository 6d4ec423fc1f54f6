/** The requests about what a run gets wrong, over a real run and its files. */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../main/store/index.ts'
import type { MaskScore } from '../../shared/protocol/requests/analysis.ts'
import type { UnitWords } from '../../shared/protocol/requests/masks.ts'
import type { RequestName, Requests } from '../../shared/protocol/api.ts'
import { openTestApi } from '../support/api.ts'
import { tinyConfig } from '../support/corpus.ts'
import { created, finished, type Experiment } from '../support/experiments.ts'

let experiment: Experiment
let store: Store
beforeAll(async () => {
  experiment = await finished(tinyConfig({ methods: ['hard', 'sparse'] }))
  store = experiment.store
})

async function ask<K extends RequestName>(
  name: K,
  args: Requests[K]['arguments'],
  of = store,
): Promise<Requests[K]['result']> {
  const api = openTestApi(of)
  const reply = await api.call(name, args)
  await api.close()
  if (!reply.ok) throw Object.assign(new Error(reply.error.message), { code: reply.error.code })
  return JSON.parse(JSON.stringify(reply.value)) as Requests[K]['result']
}

/** The words of a file of columns, sentence by sentence. */
function wordsIn(file: string): string[][] {
  const blocks = readFileSync(join(experiment.folder, file), 'utf8')
    .trim()
    .split(/\n\s*\n/)
  return blocks.map((block) => block.split('\n').map((line) => line.split(/\s+/)[0]))
}

describe('analysis', () => {
  const of = (task: string, split: 'dev' | 'test') => ({ run: experiment.runId, task, split })

  it('lists tasks in the order of the settings, dev before test', async () => {
    const { evaluations, problem } = await ask('analysis.run', { run: 'last' })
    expect(problem).toBeNull()
    expect(evaluations.map(({ task, split }) => `${task} ${split}`)).toEqual([
      'pos dev',
      'pos test',
      'np dev',
      'np test',
    ])
  })

  it('has the scores of the report', async () => {
    const report = store.getRun(experiment.runId).report!
    const { methods, kind } = await ask('analysis.task', of('np', 'test'))
    expect(kind).toBe('span')
    for (const { method, scores, outcomes } of methods) {
      expect(scores.micro.f1).toBe(report.methods.find((line) => line.method === method)!.scores.np.test!.value)
      expect(outcomes!.reduce((sum, { right }) => sum + right, 0)).toBe(scores.total.correct)
    }
  })

  it('shows sentences with their words', async () => {
    const page = await ask('analysis.sentences', { ...of('np', 'test'), method: 'sparse', limit: 200 })
    const words = wordsIn('test.txt')
    expect([page.total, page.found, page.missing]).toEqual([words.length, words.length, null])
    expect(page.sentences.map((sentence) => sentence.words)).toEqual(words)
    const wrong = await ask('analysis.sentences', {
      ...of('np', 'test'),
      method: 'sparse',
      wanted: 'error',
      limit: 200,
    })
    const at = wrong.methods.indexOf('sparse')
    for (const { gold, predicted } of wrong.sentences) expect(predicted[at]).not.toEqual(gold)
  })

  it('compares two methods', async () => {
    const { comparison, found } = await ask('analysis.sentences', {
      ...of('pos', 'test'),
      ...{ method: 'hard', rightWith: 'sparse', wanted: 'error' },
    })
    expect(found).toBe(comparison!.onlyFirst)
  })

  it('keeps the figures where the file is gone or has changed, and says what is missing', async () => {
    const path = join(experiment.folder, 'test.txt')
    const args = { ...of('pos', 'test'), method: 'sparse' as const }
    renameSync(path, `${path}.away`)
    const gone = await ask('analysis.sentences', args)
    expect(gone.missing).toMatch(/^test\.txt, which the run was evaluated on, is not on this machine any more\.$/)
    expect(gone.sentences[0].words).toBeNull()
    expect(gone.sentences[0].gold.length).toBeGreaterThan(0)
    expect((await ask('analysis.task', of('pos', 'test'))).methods).toHaveLength(4)
    renameSync(`${path}.away`, path)
    const whole = readFileSync(path)
    appendFileSync(path, '\nmore NOUN O\n')
    expect((await ask('analysis.sentences', args)).missing).toMatch(/has changed since the run was evaluated \(SHA-256/)
    writeFileSync(path, whole)
    expect((await ask('analysis.sentences', args)).missing).toBeNull()
  })

  it('reads dev that was held out of train', async () => {
    const held = await finished(tinyConfig({ methods: ['hard'], corpora: { made: { train: 'train.txt' } } }))
    const args = { run: held.runId, task: 'np', split: 'dev' as const, method: 'hard' as const, limit: 5 }
    const { missing, sentences } = await ask('analysis.sentences', args, held.store)
    expect(missing).toBeNull()
    const train = wordsIn('train.txt').map(String)
    for (const { words } of sentences) expect(train).toContain(String(words))
  })

  it('says why there is nothing to show', async () => {
    const fresh = await created(tinyConfig({ methods: ['hard'] }))
    expect(await ask('analysis.run', { run: fresh.runId }, fresh.store)).toMatchObject({
      evaluations: [],
      problem: 'The run is not evaluated yet: this happens at its end.',
    })
    await expect(ask('analysis.task', { run: fresh.runId, task: 'np', split: 'dev' }, fresh.store)).rejects.toThrow(
      /has no predictions of np on dev/,
    )
  })
})

describe('sentences sent to Annotate', () => {
  const of = { task: 'np', split: 'test' as const }

  it('make a project with the gold labels of all tasks as suggestions; further ones are added once', async () => {
    const run = experiment.runId
    const wrong = await ask('analysis.found', { run, ...of, method: 'sparse', wanted: 'error' })
    const page = await ask('analysis.sentences', { run, ...of, method: 'sparse', wanted: 'error', limit: 200 })
    expect(wrong.sentences).toEqual(page.sentences.map(({ index }) => index))
    const [first, second] = page.sentences
    const made = await ask('analysis.annotate', { run, ...of, sentences: [first.index], project: { name: 'errors' } })
    expect(made).toMatchObject({ added: 1, known: 0 })
    const item = store.annotation.item(made.project, 0)
    expect(item.words).toEqual(first.words)
    expect(item.suggestion!.from).toBe('corpus')
    expect(item.suggestion!.tags.map(({ task }) => task)).toEqual(['pos', 'np'])
    const pos = await ask('analysis.sentences', { run, task: 'pos', split: 'test', method: 'sparse', limit: 200 })
    expect(item.suggestion!.tags[0].tags).toEqual(pos.sentences[first.index].gold)
    expect(item.suggestion!.tags[1].spans!.map(({ from }) => from)).toEqual(
      first.gold.flatMap((tag, t) => (/^[BS]-/.test(tag) ? [t] : [])),
    )
    expect(store.annotation.tasks(made.project).map(({ name, kind }) => [name, kind])).toEqual([
      ['pos', 'token'],
      ['np', 'span'],
    ])

    const project = { id: made.project }
    const more = { run, ...of, sentences: [first.index, second.index], project }
    expect(await ask('analysis.annotate', more)).toEqual({ project: made.project, added: 1, known: 1 })
    expect(store.annotation.sentences(made.project).map(({ sentence }) => sentence.words)).toEqual([
      first.words,
      second.words,
    ])
    expect(store.annotation.get(made.project).sources).toEqual([
      { kind: 'text', name: `${experiment.config.name} test`, sentences: 2 },
    ])
    expect(store.annotation.item(made.project, 1).suggestion!.tags).toHaveLength(2)
  })

  it('are refused where there is no such sentence, or no task in common; nothing is added', async () => {
    const run = experiment.runId
    await expect(
      ask('analysis.annotate', { run, ...of, sentences: [0, 10_000], project: { name: 'too far' } }),
    ).rejects.toThrow('There is no sentence 10001 in test.')
    expect(store.annotation.list().map(({ name }) => name)).not.toContain('too far')
    const tasks = [{ name: 'ner', kind: 'span' as const, labels: ['PER'] }]
    const text = { kind: 'text' as const, name: 'text', text: 'One line .' }
    const { project } = await ask('annotate.create', { name: 'other task', sources: [text], tasks })
    await expect(ask('analysis.annotate', { run, ...of, sentences: [0], project: { id: project } })).rejects.toThrow(
      'The project has none of the tasks of these sentences: pos, np.',
    )
    expect(store.annotation.sentences(project)).toHaveLength(1)
  })
})

describe('temperatures', () => {
  it('change confidences once they are to be used, and no tag', async () => {
    const text = { run: experiment.runId, text: 'dbm aGn ofm', format: 'tokens' as const }
    const tagged = async () => (await ask('tag.sentences', text)).sentences.flatMap(({ tasks }) => tasks)
    const before = await tagged()
    await ask('analysis.calibrate', { run: experiment.runId, use: true })
    expect(await ask('analysis.run', { run: experiment.runId })).toMatchObject({ calibrated: true })
    const after = await tagged()
    expect(after.map(({ tags }) => tags)).toEqual(before.map(({ tags }) => tags))
    const fitted = store.temperatures(experiment.runId, 'sparse')
    expect([...fitted.keys()].toSorted()).toEqual(['np', 'pos'])
    for (const [t, { task, confidence }] of after.entries()) {
      // A repaired span tag is not always the most probable one, so its probability may move either way.
      if (task === 'np') continue
      const sharper = fitted.get(task)! < 1
      confidence!.forEach((value, w) => {
        if (sharper) expect(value).toBeGreaterThanOrEqual(before[t].confidence![w])
        else expect(value).toBeLessThanOrEqual(before[t].confidence![w])
      })
      expect(confidence).not.toEqual(before[t].confidence)
    }
    await ask('analysis.calibrate', { run: experiment.runId, use: false })
    expect(await tagged()).toEqual(before)
  })
})

it('masks are scored on dev: the own one as the report has it, with progress, until it is cancelled', async () => {
  const api = openTestApi(store)
  const progress: string[] = []
  api.listen((message) => {
    if (message.name === 'maskScores') progress.push(`${message.data.done} of ${message.data.total}`)
  })
  const reply = await api.call('analysis.maskScores', { run: experiment.runId })
  expect(reply).toMatchObject({ ok: true })
  const scores = (reply as { value: MaskScore[] }).value
  const sparse = store.getRun(experiment.runId).report!.methods.find(({ method }) => method === 'sparse')!
  // Two tasks: own, the other's, shared, without private weights, without what both share.
  expect(scores).toHaveLength(10)
  expect(progress).toEqual(Array.from({ length: 11 }, (_, done) => `${done} of 10`))
  const at = (task: string, kind: string) => scores.find((one) => one.task === task && one.variant.kind === kind)!
  for (const task of ['pos', 'np']) {
    expect(at(task, 'own').dev).toEqual(sparse.scores[task].dev)
    const own = await ask('analysis.task', { run: experiment.runId, task, split: 'dev' })
    expect(at(task, 'own').labels).toEqual(own.methods.find(({ method }) => method === 'sparse')!.scores)
    expect(at(task, 'own').kept).toBe(at(task, 'shared').kept + at(task, 'withoutSharedWith').kept)
    // With two tasks, what is not private is shared.
    expect(at(task, 'withoutPrivate')).toMatchObject({ kept: at(task, 'shared').kept, dev: at(task, 'shared').dev })
  }
  const stop = new AbortController()
  api.listen((message) => {
    if (message.name === 'maskScores') stop.abort()
  })
  expect(await api.call('analysis.maskScores', { run: experiment.runId }, stop.signal)).toMatchObject({
    ok: false,
    error: { code: 'cancelled' },
  })
  await api.close()
})

it('units have words of dev, with progress, until it is cancelled', async () => {
  const api = openTestApi(store)
  const progress: number[] = []
  api.listen((message) => {
    if (message.name === 'unitWords') progress.push(message.data.done)
  })
  const reply = await api.call('masks.unitWords', { run: experiment.runId, task: 'np' })
  const { layers, tokens, of } = (reply as { value: UnitWords }).value
  const { layers: depth, hidden } = store.getRun(experiment.runId).config.model
  expect(layers.map((units) => units.length)).toEqual(Array.from({ length: depth }, () => 2 * hidden))
  expect(tokens).toBe(of)
  expect(progress.length).toBeGreaterThan(1)
  const words = new Set(wordsIn('dev.txt').flat())
  for (const { word, mean } of layers.flat(2)) {
    expect(words).toContain(word)
    expect(Math.abs(mean)).toBeLessThan(1)
  }
  const stop = new AbortController()
  api.listen((message) => {
    if (message.name === 'unitWords') stop.abort()
  })
  expect(await api.call('masks.unitWords', { run: experiment.runId, task: 'np' }, stop.signal)).toMatchObject({
    ok: false,
    error: { code: 'cancelled' },
  })
  await api.close()
})
