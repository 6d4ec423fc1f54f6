/** Annotation projects through the requests, over a small trained run: suggestions, decisions, dataset versions, training on them, new suggestions. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { loadExperimentData } from '../../main/data/load.ts'
import type { VocabularyJson } from '../../main/data/vocabulary.ts'
import { DOCUMENTS } from '../../main/store/artifacts.ts'
import { retrainedOn } from '../../renderer/features/newRun/data.ts'
import { configSchema, type ExperimentConfigInput } from '../../shared/settings/config.ts'
import { answersOf, labelNamed, type Answer } from '../../shared/annotation/project.ts'
import type { Requests } from '../../shared/protocol/api.ts'
import type { Corpus } from '../../shared/protocol/requests/datasets.ts'
import { corpusFiles, corpusText, tinyConfig } from '../support/corpus.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { uploaded } from '../support/upload.ts'

const PATIENCE = { timeout: 20_000, interval: 10 }
const OPEN = { order: 'uncertain', filter: 'open' } as const
const TOKENS = ['Dbm acn obm', 'ebm dcm acn obm', '👍🏽 dgn', 'obm', 'acn dcm'].join('\n')
const words = (line: string) => line.split(' ')

const files = { ...corpusFiles(), 'raw.txt': TOKENS }

async function imported(
  studio: Studio,
  name = 'made',
  layout: Partial<Requests['datasets.import']['arguments']> = {},
  [train, dev, test]: string[] = ['train.txt', 'dev.txt', 'test.txt'],
): Promise<Corpus> {
  const hand = async (file: string | undefined) =>
    file === undefined ? null : (await studio.ask('files.open', { path: join(studio.folder, file) })).file
  const tasks = [
    { name: 'pos', column: 1, kind: 'auto', scheme: 'auto' },
    { name: 'np', column: 2, kind: 'auto', scheme: 'auto' },
  ] as const
  return studio.ask('datasets.import', {
    name,
    files: { train: (await hand(train))!, dev: await hand(dev), test: await hand(test) },
    format: 'auto',
    words: 0,
    tasks: [...tasks],
    problems: 'refuse',
    ...layout,
  })
}

/** A run on a corpus of the catalogue. */
async function trained(studio: Studio, { files: parts }: Corpus): Promise<string> {
  const path = Object.fromEntries(parts.map((file) => [file.split, file.path])) as {
    train: string
    dev: string
    test: string
  }
  const { run } = await studio.ask('training.start', {
    config: tinyConfig({ methods: ['hard'], corpora: { made: path }, joint: { epochs: 1 } }),
  })
  await studio.over(run)
  return run
}

async function corrected(
  studio: Studio,
  run: string,
  source?: Requests['annotate.create']['arguments']['sources'][number],
): Promise<string> {
  const file = source === undefined ? await uploaded(studio, 'raw.txt') : ''
  const { project } = await studio.ask('annotate.create', {
    name: 'raw',
    run,
    sources: [source ?? { kind: 'file', file, format: 'tokens' }],
  })
  await suggested(studio, project)
  return project
}

const suggested = (studio: Studio, project: string) =>
  vi.waitFor(
    async () => expect(await studio.ask('annotate.get', { project })).toMatchObject({ pending: 0, suggesting: false }),
    PATIENCE,
  )

async function decide(
  studio: Studio,
  project: string,
  position: number,
  change: ((answers: Answer[]) => Answer[]) | null,
) {
  const item = await studio.ask('annotate.item', { project, ...OPEN, position })
  return studio.ask('annotate.decide', {
    project,
    ...OPEN,
    position,
    revision: item.revision,
    answers: change && change(answersOf(item.suggestion!.tags)),
  })
}
const asSuggested = (answers: Answer[]) => answers
/** Labels and spans that no model suggests. */
const asFixed = (answers: Answer[]): Answer[] =>
  answers.map((answer) =>
    answer.labels === null
      ? {
          ...answer,
          spans: [
            { type: 'NP', from: 0, to: 1 },
            { type: 'PLACE', from: 1, to: 3 },
          ],
        }
      : { ...answer, labels: ['SMILE', ...answer.labels.slice(1)] },
  )
const FIXED_ROWS = (answers: Answer[]) =>
  words('ebm dcm acn obm').map((word, t) => [word, answers[0].labels![t], ['B-NP', 'B-PLACE', 'I-PLACE', 'O'][t]])

it('corrects, creates a dataset version, trains on it, and suggests again without changing decisions', async () => {
  const studio = openStudio(files)
  const corpus = await imported(studio)
  const run = await trained(studio, corpus)
  const project = await corrected(studio, run)
  expect(await studio.ask('annotate.get', { project })).toMatchObject({
    name: 'raw',
    sources: [{ kind: 'file', name: 'raw.txt', sentences: 5 }],
    model: { run, name: 'tiny', method: 'hard' },
    counts: { open: 5, accepted: 0, fixed: 0, skipped: 0 },
    tasks: [
      { name: 'pos', kind: 'token', labels: ['ADJ', 'DET', 'NOUN', 'VERB', 'X'].map(labelNamed) },
      { name: 'np', kind: 'span', labels: ['NP'].map(labelNamed) },
    ],
    versions: [],
    problem: null,
  })
  const { rows, total } = await studio.ask('annotate.queue', { project, ...OPEN, position: null, count: 10 })
  expect(total).toBe(5)
  expect(rows.map(({ uncertainty }) => uncertainty)).toEqual(
    rows.map(({ uncertainty }) => uncertainty).toSorted((a, b) => b! - a!),
  )
  for (const { position, uncertainty } of rows) {
    const { suggestion, words: own } = await studio.ask('annotate.item', {
      project,
      order: 'file',
      filter: 'all',
      position,
    })
    expect(own).toEqual(words(TOKENS.split('\n')[position]))
    expect(uncertainty).toBeCloseTo(1 - Math.min(...suggestion!.tags.flatMap(({ confidence }) => confidence!)))
  }

  // Version 1: one as suggested, one fixed; one skipped, two open.
  expect(
    await studio.ask('annotate.label', { project, task: 'pos', edit: { do: 'add', label: { name: 'SMILE' } } }),
  ).toMatchObject({
    tasks: [{ labels: ['ADJ', 'DET', 'NOUN', 'VERB', 'X', 'SMILE'].map(labelNamed) }, {}],
  })
  expect((await decide(studio, project, 0, asSuggested)).item.state).toBe('accepted')
  const { item } = await decide(studio, project, 1, asFixed)
  expect(item).toMatchObject({ state: 'fixed', words: words('ebm dcm acn obm') })
  expect((await decide(studio, project, 3, null)).item.state).toBe('skipped')
  const plan = await studio.ask('annotate.plan', { project, base: corpus.id })
  expect(plan).toMatchObject({
    number: 1,
    name: 'raw v1',
    accepted: 1,
    fixed: 1,
    tasks: [
      { task: 'pos', column: 1 },
      { task: 'np', column: 2 },
    ],
    lost: [],
    replaced: 0,
    inDev: 0,
    inTest: 0,
    problem: null,
  })
  const version = await studio.ask('annotate.version', { project, name: plan.name, base: corpus.id })
  expect(version).toMatchObject({
    name: 'raw v1',
    origin: {
      project,
      name: 'raw',
      version: 1,
      base: { id: corpus.id, name: 'made' },
      accepted: 1,
      fixed: 1,
      replaced: 0,
      suggestedBy: [{ run, method: 'hard', sentences: 2 }],
    },
  })
  const [train, ...others] = version.files
  expect(others).toEqual(corpus.files.slice(1))
  const before = readFileSync(corpus.files[0].path, 'utf8')
  const added = readFileSync(train.path, 'utf8').slice(before.length)
  expect(readFileSync(train.path, 'utf8').slice(0, before.length)).toBe(before)
  expect(
    added
      .trim()
      .split('\n\n')
      .map((sentence) => sentence.split('\n').map((row) => row.split(' ')))
      .at(1),
  ).toEqual(FIXED_ROWS(item.answers!))
  expect(train.sentences).toBe(corpus.files[0].sentences + 2)
  expect(await studio.ask('datasets.get', { corpus: version.id })).toMatchObject({ origin: { version: 1 } })
  expect(await studio.ask('annotate.get', { project })).toMatchObject({
    versionCount: 1,
    versions: [{ id: version.id }],
  })

  // The decided sentences for another tool, as a person's work and with the text as it stood.
  const { file, counts } = await studio.ask('annotations.save', {
    source: { kind: 'project', project },
    format: 'labelstudio',
  })
  expect([file.name, counts.written]).toEqual(['raw-labelstudio.json', 2])
  const saved = JSON.parse(
    Buffer.from((await studio.ask('files.read', { file: file.file, from: 0 })).data, 'base64').toString(),
  )
  expect(
    saved.map(
      ({
        data,
        annotations,
        predictions,
      }: {
        data: { text: string }
        annotations: unknown[]
        predictions?: unknown[]
      }) => [data.text, annotations.length, predictions?.length ?? 0],
    ),
  ).toEqual([
    ['Dbm acn obm', 1, 0],
    ['ebm dcm acn obm', 1, 0],
  ])
  expect(
    saved[1].annotations[0].result
      .filter((one: { from_name: string }) => one.from_name === 'np')
      .map(({ value }: { value: { text: string; labels: string[] } }) => [value.text, value.labels[0]]),
  ).toEqual([
    ['ebm', 'NP'],
    ['dcm acn', 'PLACE'],
  ])

  // The settings of the run that suggested, on the version: what it trains on has the corrected tags, and the network has learnt the new labels.
  const config = retrainedOn(studio.store.getRun(run).config, version) as ExperimentConfigInput
  expect(config).toMatchObject({
    methods: ['hard'],
    joint: { epochs: 1 },
    tasks: { pos: { corpus: 'raw-v1', tags: 1 }, np: { corpus: 'raw-v1', tags: 2, scheme: 'IOB2' } },
  })
  expect(Object.keys(config.corpora)).toEqual(['raw-v1'])
  const { data } = await loadExperimentData(configSchema.parse(config), studio.folder)
  const last = (task: string) => {
    const {
      tagNames,
      train: { sentenceStart, tags },
    } = data.tasks.find(({ name }) => name === task)!
    const at = sentenceStart.length - 1
    return Array.from(tags.subarray(sentenceStart[at - 1], sentenceStart[at]), (id) => tagNames[id])
  }
  expect(last('pos')).toEqual(item.answers![0].labels)
  expect(last('np')).toEqual(['S-NP', 'B-PLACE', 'E-PLACE', 'O'])
  const { run: second } = await studio.ask('training.start', { config: config })
  await studio.over(second)
  const learnt = studio.store.loadDocument<VocabularyJson>(second, DOCUMENTS.vocabulary)!.tasks
  expect(learnt.pos.tagNames).toContain('SMILE')
  expect(learnt.np.tagNames).toEqual(expect.arrayContaining(['B-PLACE', 'E-PLACE']))

  // Suggesting anew reaches only what is open.
  const decided = await Promise.all(
    [0, 1, 3].map((position) => studio.ask('annotate.item', { project, ...OPEN, position })),
  )
  await studio.ask('annotate.suggest', { project, run: second })
  await suggested(studio, project)
  expect(
    await Promise.all([0, 1, 3].map((position) => studio.ask('annotate.item', { project, ...OPEN, position }))),
  ).toEqual(decided)
  for (const position of [2, 4])
    expect((await studio.ask('annotate.item', { project, ...OPEN, position })).suggestion!.run).toBe(second)
  expect(await studio.ask('annotate.get', { project })).toMatchObject({
    model: { run: second },
    tasks: [{}, { labels: ['NP', 'PLACE'].map(labelNamed) }],
  })

  // The run may go: what was decided stays, and can be made a version still.
  await studio.ask('runs.delete', { run })
  expect((await studio.ask('annotate.item', { project, ...OPEN, position: 1 })).answers).toEqual(item.answers)
  // Version 2 on version 1: the same sentences take their own place.
  await decide(studio, project, 1, (answers) => answers)
  expect(await studio.ask('annotate.plan', { project, base: version.id })).toMatchObject({
    number: 2,
    name: 'raw v2',
    replaced: 2,
  })
  const again = await studio.ask('annotate.version', { project, name: 'second', base: version.id })
  expect(again.files[0].sentences).toBe(train.sentences)
  expect(again.origin).toMatchObject({ version: 2, replaced: 2 })
  expect(readFileSync(again.files[0].path, 'utf8').match(/SMILE/g)).toBeNull()
}, 60_000)

it('creates corpora of every layout, with their rows and tasks', async () => {
  const studio = openStudio({
    ...files,
    // Another order of columns, one that nobody corrects, no blank line at the end.
    'other.txt': corpusText('other', 12)
      .trimEnd()
      .split('\n')
      .map((row) => (row === '' ? '' : ['-', ...row.split(' ').toReversed(), 'x'].join('\t')))
      .join('\n'),
    'made.conllu':
      '# text = Dbm acn obm\n1\tDbm\tdbm\tDET\t_\t_\t2\tdet\t_\tNP=B-NP\n2\tacn\tacn\tADJ\t_\t_\t3\tamod\t_\tNP=I-NP\n3\tobm\tobm\tNOUN\t_\t_\t0\troot\t_\tNP=I-NP\n\n# sent_id = 2\n1\tebm\tebm\tVERB\t_\t_\t0\troot\t_\t_\n\n',
  })
  const run = await trained(studio, await imported(studio))
  const other = await imported(
    studio,
    'other',
    {
      words: 3,
      tasks: [
        { name: 'np', column: 1, kind: 'auto', scheme: 'auto' },
        { name: 'last', column: 4, kind: 'token', scheme: 'auto' },
      ],
    },
    ['other.txt'],
  )
  const treebank = await imported(
    studio,
    'treebank',
    {
      tasks: [
        { name: 'pos', column: 'UPOS', kind: 'auto', scheme: 'auto' },
        { name: 'np', column: 'MISC:NP', kind: 'auto', scheme: 'auto' },
      ],
    },
    ['made.conllu'],
  )
  const text = (corpus: Corpus, n = 0) => readFileSync(corpus.files[n].path, 'utf8')

  // Sentences of a treebank keep what else their rows say, and take their own place.
  const project = await corrected(studio, run, { kind: 'corpus', corpus: treebank.id, split: 'train' })
  expect(await studio.refusal('annotate.version', { project, name: 'early', base: null })).toEqual({
    code: 'noVersion',
    message: 'No sentence is accepted or fixed yet.',
  })
  await decide(studio, project, 0, (answers) =>
    asFixed(answers).map((answer) => (answer.labels === null ? answer : { ...answer, labels: ['A', 'B', 'C'] })),
  )
  expect(await studio.ask('annotate.plan', { project, base: treebank.id })).toMatchObject({
    tasks: [{ column: 'UPOS' }, { column: 'MISC:NP' }],
    replaced: 1,
  })
  const fixed = await studio.ask('annotate.version', { project, name: 'fixed', base: treebank.id })
  expect(text(fixed)).toBe(
    '\n# sent_id = 2\n1\tebm\tebm\tVERB\t_\t_\t0\troot\t_\t_\n\n\n# text = Dbm acn obm\n1\tDbm\tdbm\tA\t_\t_\t2\tdet\t_\tNP=B-NP\n2\tacn\tacn\tB\t_\t_\t3\tamod\t_\tNP=B-PLACE\n3\tobm\tobm\tC\t_\t_\t0\troot\t_\tNP=I-PLACE\n\n',
  )

  // Where a corpus lacks a task it is left out, and so is one of the corpus that nobody corrects.
  expect(await studio.ask('annotate.plan', { project, base: other.id })).toMatchObject({
    tasks: [
      { task: 'pos', column: null },
      { task: 'np', column: 1 },
    ],
    lost: ['last'],
    problem: null,
  })
  const added = await studio.ask('annotate.version', { project, name: 'added', base: other.id })
  expect(added.tasks.map(({ name }) => name)).toEqual(['np'])
  expect(text(added)).toBe(`${text(other)}\n\n_\tB-NP\t_\tDbm\t_\n_\tB-PLACE\t_\tacn\t_\n_\tI-PLACE\t_\tobm\t_\n\n`)
  const { corpora, tasks } = retrainedOn(studio.store.getRun(run).config, added) as Required<ExperimentConfigInput>
  expect([Object.keys(corpora), tasks.np.corpus, tasks.pos.corpus]).toEqual([['made', 'added'], 'added', 'made'])

  // Of several sentences of the same words as many give way as were corrected, also of a packed file; one in CoNLL-2012 format has more to say.
  writeFileSync(join(studio.folder, 'double.txt.gz'), gzipSync('Dbm X B-NP\nacn X O\nobm X O\n\n'.repeat(3)))
  const double = await imported(studio, 'double', {}, ['double.txt.gz'])
  const single = await studio.ask('annotate.version', { project, name: 'one for one', base: double.id })
  expect(single).toMatchObject({ origin: { replaced: 1 }, files: [{ name: 'double.txt', sentences: 3 }] })
  expect(
    text(single)
      .trim()
      .split(/\n+(?=Dbm)/),
  ).toEqual([
    'Dbm X B-NP\nacn X O\nobm X O',
    'Dbm X B-NP\nacn X O\nobm X O',
    'Dbm A B-NP\nacn B B-PLACE\nobm C I-PLACE',
  ])
  const row = (word: string, t: number) =>
    `bc/made 0 ${t} ${word} NN ${t === 0 ? '(TOP(NP*' : '*))'} - - - - ${t === 0 ? '(GPE)' : '*'} -`
  writeFileSync(
    join(studio.folder, 'made.conll12'),
    `#begin document (bc/made); part 000\n${['New', 'York'].map(row).join('\n')}\n\n#end document\n`,
  )
  const rich = await imported(
    studio,
    'rich',
    { format: 'conll2012', tasks: [{ name: 'np', column: 'NER', kind: 'span', scheme: 'auto' }] },
    ['made.conll12'],
  )
  expect((await studio.ask('annotate.plan', { project, base: rich.id })).problem).toMatch(
    /^rich is in CoNLL-2012 format/,
  )
  expect((await studio.refusal('annotate.version', { project, name: 'rich 2', base: rich.id })).code).toBe('noVersion')
  const { project: ofRich } = await studio.ask('annotate.create', {
    name: 'rich',
    run,
    sources: [{ kind: 'corpus', corpus: rich.id, split: 'train' }],
  })
  expect(await studio.ask('annotate.item', { project: ofRich, ...OPEN, position: 0 })).toMatchObject({
    words: ['New', 'York'],
  })

  // A corpus of its own is split; the same words are on one side only.
  await decide(studio, project, 1, asSuggested)
  const own = await studio.ask('annotate.version', { project, name: 'own', base: null, dev: 0.5 })
  expect(own.files.map(({ split, sentences }) => [split, sentences])).toEqual([
    ['train', 1],
    ['dev', 1],
  ])
  expect([text(own), text(own, 1)].toSorted()[0]).toBe('Dbm\tA\tB-NP\nacn\tB\tB-PLACE\nobm\tC\tI-PLACE\n\n')
  expect(own).toMatchObject({
    format: 'conll',
    words: 0,
    origin: { version: 4, base: null, accepted: 1, fixed: 1 },
    tasks: [
      { name: 'pos', column: 1, kind: 'token' },
      { name: 'np', column: 2, kind: 'span', scheme: 'IOB2' },
    ],
  })
}, 60_000)

it('keeps decisions made while a run suggests, continues interrupted suggestions, and reports problems', async () => {
  const many = Array.from({ length: 1200 }, (_, i) => `Dbm acn e${i}`).join('\n')
  const studio = openStudio({ ...files, 'raw.txt': many, 'empty.txt': '\n' })
  const run = await trained(studio, await imported(studio))
  const { run: posOnly } = await studio.start(
    tinyConfig({ methods: ['single'], tasks: { pos: { tags: 1 } }, imp: { epochs: 1, maxRounds: 1 } }),
  )
  await studio.over(posOnly)
  const file = await uploaded(studio, 'raw.txt')
  const { project } = await studio.ask('annotate.create', {
    name: 'many',
    run,
    sources: [{ kind: 'file', file, format: 'tokens' }],
  })
  // While it runs, before anything is suggested for the last ones.
  const labels: Answer[] = [
    { task: 'pos', labels: ['P', 'P', 'P'], spans: null },
    { task: 'np', labels: null, spans: [] },
  ]
  for (const position of [1190, 300, 7])
    await studio.ask('annotate.decide', { project, ...OPEN, position, revision: null, answers: labels })
  await suggested(studio, project)
  const told = studio.told.flatMap((message) =>
    message.name === 'annotate' && message.data.project === project ? [message.data.suggesting] : [],
  )
  expect(told.filter((one) => one !== null).length).toBeGreaterThan(2)
  for (const position of [1190, 300, 7])
    expect(await studio.ask('annotate.item', { project, ...OPEN, position })).toMatchObject({
      state: 'fixed',
      answers: labels,
    })

  // As after a crash: another model is set, and nothing was started.
  studio.store.annotation.setModel(project, { run, name: 'tiny', method: 'single' }, new Map())
  expect((await studio.ask('annotate.get', { project })).pending).toBe(1197)
  studio.store.annotation.setModel(project, { run: 'gone', name: 'gone', method: 'hard' }, new Map())
  await studio.ask('annotate.suggest', { project })
  await vi.waitFor(
    async () => expect((await studio.ask('annotate.get', { project })).problem).toBe('There is no run gone.'),
    PATIENCE,
  )
  await studio.ask('annotate.suggest', { project, run })
  await suggested(studio, project)

  expect(await studio.refusal('annotate.suggest', { project, run: posOnly })).toEqual({
    code: 'otherTasks',
    message: `The run ${posOnly} has the tasks pos (words), expected pos (words), np (spans): choose a run with these tasks.`,
  })
  const at = { project, ...OPEN, position: 0, revision: null }
  const refused = async (answers: Answer[]) => (await studio.refusal('annotate.decide', { ...at, answers })).message
  expect(await refused([labels[0]])).toBe('Sentence 1: found answers to 1 tasks, expected 2.')
  expect(await refused([{ ...labels[0], labels: ['P'] }, labels[1]])).toBe(
    'Sentence 1: pos: found 1 labels, expected one for each of 3 words.',
  )
  expect(
    await refused([
      labels[0],
      {
        ...labels[1],
        spans: [
          { type: 'A', from: 0, to: 2 },
          { type: 'B', from: 1, to: 3 },
        ],
      },
    ]),
  ).toMatch(/^Sentence 1: np: found a span over words 1 to 2, expected ordered spans/)
  expect(await refused([{ ...labels[0], labels: ['a\tb', 'c', 'd'] }, labels[1]])).toMatch(/no tabs/)
  expect((await studio.refusal('annotate.decide', { ...at, position: 7, answers: labels })).code).toBe('changed')
  const empty = await uploaded(studio, 'empty.txt')
  expect(
    (await studio.refusal('annotate.create', { name: 'empty', run, sources: [{ kind: 'file', file: empty }] })).code,
  ).toBe('noSentence')
  expect(
    (
      await studio.refusal('annotate.create', {
        name: 'many',
        run,
        sources: [{ kind: 'corpus', corpus: (await studio.ask('datasets.list', {}))[0].id, split: 'dev' }],
      })
    ).code,
  ).toBe('exists')

  await studio.ask('annotate.rename', { project, name: 'a few' })
  expect(await studio.ask('annotate.list', {})).toMatchObject([{ name: 'a few', counts: { open: 1197, fixed: 3 } }])
  expect(await studio.ask('annotate.undo', { project, ...OPEN })).toMatchObject({
    item: { position: 7, state: 'open' },
    answers: labels,
  })
  await studio.ask('annotate.delete', { project })
  expect(await studio.refusal('annotate.get', { project })).toMatchObject({ code: 'missing' })
}, 60_000)

it('suggests for a sentence whose decision is undone, where it missed its suggestion meanwhile', async () => {
  const studio = openStudio(files)
  const run = await trained(studio, await imported(studio))
  const project = await corrected(studio, run)
  await studio.ask('annotate.decide', { project, ...OPEN, position: 0, revision: null, answers: null })
  // While the sentence is decided, nothing is suggested for it.
  const other = await trained(studio, (await studio.ask('datasets.list', {}))[0])
  await studio.ask('annotate.suggest', { project, run: other })
  await suggested(studio, project)
  const { item } = await studio.ask('annotate.undo', { project, ...OPEN })
  expect(item).toMatchObject({ position: 0, state: 'open' })
  await suggested(studio, project)
  expect(await studio.ask('annotate.get', { project })).toMatchObject({ pending: 0, problem: null })
  expect(await studio.ask('annotate.item', { project, ...OPEN, position: 0 })).toMatchObject({
    suggestion: { run: other },
  })
}, 60_000)
