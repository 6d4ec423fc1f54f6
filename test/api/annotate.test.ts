/** Annotation projects through the requests: suggestions, decisions, training on them, new suggestions. */
import { readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { loadExperimentData } from '../../main/data/load.ts'
import type { VocabularyJson } from '../../main/data/vocabulary.ts'
import { DOCUMENTS } from '../../main/store/artifacts.ts'
import { retrainedOn } from '../../renderer/features/newRun/data.ts'
import { configSchema, type ExperimentConfigInput } from '../../shared/settings/config.ts'
import { labelNamed, type Answer } from '../../shared/annotation/project.ts'
import { tinyConfig } from '../support/corpus.ts'
import { openStudio } from '../support/studio.ts'
import { uploaded } from '../support/upload.ts'
import {
  PATIENCE,
  OPEN,
  TOKENS,
  words,
  files,
  imported,
  trained,
  corrected,
  suggested,
  decide,
  asSuggested,
  asFixed,
  FIXED_ROWS,
} from '../support/annotating.ts'

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
})

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
})

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
})
