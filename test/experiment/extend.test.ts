/**
 * Tasks added to a finished run: trained jointly with the old tasks, or in the remaining weights, with the old tasks
 * unchanged.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadExperimentData } from '../../main/data/load.ts'
import { Vocabulary, type VocabularyJson } from '../../main/data/vocabulary.ts'
import { createRun } from '../../main/experiment/lifecycle.ts'
import { foundTickets } from '../../main/experiment/tickets.ts'
import { packBatch, sentencesByLength } from '../../main/nn/batch.ts'
import { disposeDeviceMask, makeDeviceMask, Network, type Weights } from '../../main/nn/network.ts'
import { initialWeights, networkShape } from '../../main/nn/initialWeights.ts'
import { loadModel } from '../../main/tagger/model.ts'
import { makeEvalSet, tagSplit } from '../../main/training/evaluate.ts'
import { DOCUMENTS, RUN_ARTIFACTS, TRAINING_ARTIFACTS } from '../../main/store/artifacts.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { complement, intersectAll, keptCount, unionAll, type Mask } from '../../shared/network/mask.ts'
import { plannedTrainings } from '../../shared/settings/plan.ts'
import { bestMethod } from '../../shared/runs/report.ts'
import { trainingKey, type TrainingId } from '../../shared/runs/training.ts'
import { BACKENDS } from '../support/backends.ts'
import { expectSameBits, sameBits } from '../support/arrays.ts'
import { corpusText, tinyConfig } from '../support/corpus.ts'
import {
  expectSameOutcome,
  expectWholeMetrics,
  finished,
  outcomeOf,
  runSession,
  type Experiment,
} from '../support/experiments.ts'

const SPARSE: TrainingId = { phase: 'sparse', task: null, round: null }
type Changes = Parameters<typeof tinyConfig>[0] & object
const SETTINGS = { methods: ['sparse'], imp: { pruningRate: 0.5 } } satisfies Changes

/** The other corpus has different words and a different tag set: things, deeds, and the rest. */
const added = (seed: string, sentences: number) =>
  corpusText(seed, sentences).replace(
    /^(.*) (\w+) (\S+)$/gm,
    (_, word, pos, np) =>
      `${word}${pos === 'VERB' ? 'zz' : ''} ${{ NOUN: 'THING', ADJ: 'THING', VERB: 'DEED', DET: 'DEED' }[pos as string] ?? 'REST'} ${np}`,
  )

async function sourceOf(changes: Changes = {}): Promise<Experiment> {
  const source = await finished(tinyConfig({ ...SETTINGS, ...changes }))
  for (const [name, sentences] of [
    ['train', 40],
    ['dev', 20],
    ['test', 20],
  ] as const)
    writeFileSync(join(source.folder, `new-${name}.txt`), added(name, sentences))
  return source
}

const NEW = {
  corpora: { fresh: { train: 'new-train.txt', dev: 'new-dev.txt', test: 'new-test.txt' } },
  tasks: { noun: { tags: 1 } },
}

/** A run in the source's database that adds the task `noun`. */
async function extended(source: Experiment, how: 'joint' | 'private', changes: Changes = {}): Promise<Experiment> {
  const config = tinyConfig({
    ...SETTINGS,
    ...NEW,
    extend: { run: source.runId, how },
    joint: { epochs: 6 },
    ...changes,
  })
  const made = await createRun(source.store, config, source.folder)
  return { ...source, ...made, config: source.store.getRun(made.runId).config }
}

const weightsOf = ({ store, runId }: Experiment, id = SPARSE) =>
  store.loadArtifact(runId, id, TRAINING_ARTIFACTS.bestWeights)!
const masksOf = ({ store, runId }: Experiment) =>
  new Map(
    foundTickets(store, store.getRun(runId)).map(({ task, chosen }) => [task, store.loadMask(runId, task, chosen!)!]),
  )
const reportOf = ({ store, runId }: Experiment) => store.getRun(runId).report!

/** The predictions of the old tasks on their dev data, and the loss there, as bits. */
async function answers(
  { folder }: Experiment,
  config: ExperimentConfig,
  vocabulary: Vocabulary,
  weights: Weights,
  masks: Map<string, Mask>,
) {
  const { data } = await loadExperimentData(config, folder, vocabulary)
  const network = new Network(networkShape(config.model, data), weights)
  const found: { name: string; tags: number[]; losses: number[] }[] = []
  for (const name of ['pos', 'np']) {
    const task = data.tasks.find((one) => one.name === name)!
    const evalSet = makeEvalSet(task, task.dev, data.spellings)
    const mask = makeDeviceMask(masks.get(name)!)
    const tags = await tagSplit(network, evalSet, mask)
    const all = packBatch(
      task.dev,
      data.spellings,
      sentencesByLength(task.dev),
      new Int32Array(data.wordCount).fill(-1),
    )
    const losses = [network.loss(all, network.wordTable.read(all.words), name, mask).dataSync()[0]]
    disposeDeviceMask(mask)
    found.push({ name, tags: [...tags], losses })
  }
  network.dispose()
  return found
}

/** Its tasks keep a quarter of the weights, so that some remain. */
async function sparseSource(changes: Changes): Promise<Experiment> {
  const search = await sourceOf({
    ...changes,
    methods: ['subnet'],
    imp: { epochs: 1, pruningRate: 0.75, maxRounds: 1 },
  })
  const config = tinyConfig({
    ...SETTINGS,
    ...changes,
    tickets: { run: search.runId, rounds: { pos: 1, np: 1 } },
    joint: { epochs: 1 },
  })
  const source = { ...search, config, ...(await createRun(search.store, config, search.folder)) }
  expect((await runSession(source)).end).toBe('finished')
  return source
}

describe.each(BACKENDS)('private weights, on $name', (backend) => {
  it('old tasks keep every bit, and the new one learns', async () => {
    await backend.use()
    const only = { backend: backend.name as BackendName, optimizer: { weightDecay: 0.001 }, model: { dropout: 0.1 } }
    const source = await sparseSource(only)
    // Subnets of the same start weights overlap: this one is pruned less than the old ones, so that it keeps other
    // weights too.
    const run = await extended(source, 'private', {
      ...only,
      imp: { epochs: 1, pruningRate: 0.3, maxRounds: 1 },
      joint: { epochs: 5 },
    })
    expect(run.warnings).toEqual([])
    const { end, events } = await runSession(run)
    expect(end).toBe('finished')
    expect(events.filter(({ type }) => type === 'warning')).toEqual([])

    // Every array of the old network, except the weights that only the new task keeps.
    const [before, after] = [weightsOf(source), weightsOf(run)]
    const masks = masksOf(run)
    const free = complement(unionAll([masks.get('pos')!, masks.get('np')!]))
    const own = intersectAll([masks.get('noun')!, free])
    expect(keptCount(own)).toBeGreaterThan(20)
    for (const [name, { data }] of Object.entries(before)) {
      const bits = own.layers.find((layer) => layer.name === name)?.kept
      if (bits === undefined) expect(sameBits(after[name].data, data), name).toBe(true)
      else {
        const part = (values: ArrayLike<number>, bit: number) =>
          Float32Array.from(values).filter((_, i) => bits[i] === bit)
        expect(sameBits(part(after[name].data, 0), part(data, 0)), `${name} outside`).toBe(true)
        const moved = part(after[name].data, 1).filter((value, i) => value !== part(data, 1)[i]).length
        expect(moved / part(data, 1).length, `${name} inside`).toBeGreaterThan(0.5)
      }
    }
    expect(Object.keys(after).filter((name) => !(name in before))).toEqual(
      Object.keys(after).filter((name) => name.startsWith('head.noun')),
    )

    // And so its predictions.
    const words = Vocabulary.fromJSON(source.store.loadDocument<VocabularyJson>(source.runId, DOCUMENTS.vocabulary)!)
    expect(source.store.loadDocument<VocabularyJson>(run.runId, DOCUMENTS.vocabulary)).toMatchObject({
      words: words.words,
      chars: words.chars,
    })
    const then = await answers(source, source.config, words, before, masksOf(source))
    expect(await answers(run, run.config, words, after, masks)).toEqual(then)
    expect(then[0].tags.length).toBeGreaterThan(40)
    const [old, now] = [reportOf(source), reportOf(run)].map(
      (report) => report.methods.find(({ method }) => method === 'sparse')!.scores,
    )
    expect({ dev: [now.pos.dev, now.np.dev], test: [now.pos.test, now.np.test] }).toEqual({
      dev: [old.pos.dev, old.np.dev],
      test: [old.pos.test, old.np.test],
    })

    // Better than predicting the most frequent tag everywhere.
    const { data } = await loadExperimentData(run.config, run.folder, words)
    const tags = data.tasks.find(({ name }) => name === 'noun')!.dev.tags
    const chance = (100 * Math.max(...[0, 1, 2].map((tag) => tags.filter((one) => one === tag).length))) / tags.length
    expect(now.noun.dev.value).toBeGreaterThan(chance + 10)
  })
})

describe('a run that adds a task', () => {
  let source: Experiment
  let alone: Experiment
  beforeAll(async () => {
    source = await sourceOf()
    alone = await extended(source, 'private')
    expect((await runSession(alone)).end).toBe('finished')
  })

  it('trains what it plans: the search for the new task’s subnet, and one joint training', () => {
    const { trainings } = outcomeOf(alone)
    const keys = ['imp/noun/0', 'imp/noun/1', 'imp/noun/2', 'sparse']
    expect(trainings.map(({ key }) => key)).toEqual(keys)
    expect(plannedTrainings(alone.config, { taskEpoch: new Map([['noun', 10]]), jointEpoch: null })).toMatchObject(
      keys.map((key) => ({ key, steps: key === 'sparse' ? 60 : 20 })),
    )
    expect(trainings.find(({ key }) => key === 'sparse')!.totalSteps).toBe(60)
    expectWholeMetrics(outcomeOf(alone))
  })

  it('reports what was added', () => {
    const { extension, tickets, methods, overlap, tasks } = reportOf(alone)
    const masks = masksOf(alone)
    const own = keptCount(
      intersectAll([masks.get('noun')!, complement(unionAll([masks.get('pos')!, masks.get('np')!]))]),
    )
    expect(extension).toMatchObject({
      run: source.runId,
      how: 'private',
      added: [{ task: 'noun', kept: keptCount(masks.get('noun')!), own }],
    })
    // Words that end in zz are not in the old corpus.
    const text = added('train', 40)
      .split('\n')
      .filter((line) => line !== '')
    const strange = text.filter((line) => /^\S*zz /i.test(line)).map((line) => line.split(' ')[0])
    expect(extension!.unknown).toEqual({ spellings: new Set(strange).size, tokens: strange.length, of: text.length })
    expect(tasks.map(({ name }) => name)).toEqual(['pos', 'np', 'noun'])
    expect(tickets.map(({ task, candidates }) => [task, candidates.length])).toEqual([
      ['pos', 3],
      ['np', 3],
      ['noun', 3],
    ])
    expect(tickets.slice(0, 2)).toEqual(reportOf(source).tickets)
    expect(methods.map(({ method, scores }) => [method, Object.keys(scores)])).toEqual([
      ['single', ['noun']],
      ['subnet', ['noun']],
      ['sparse', ['pos', 'np', 'noun']],
    ])
    expect(bestMethod(reportOf(alone))!.method).toBe('sparse')
    expect(overlap!.pairs).toHaveLength(3)
  })

  it('can tag, all tasks in one pass', () => {
    const { info, networks } = loadModel(alone.store, alone.runId)
    expect(info).toMatchObject({ method: 'sparse', tasks: [{ name: 'pos' }, { name: 'np' }, { name: 'noun' }] })
    expect(networks).toHaveLength(1)
  })

  it('does not depend on its source: it can be extended again after the source was deleted', async () => {
    const lone = await sourceOf({ seed: 5 })
    const first = await extended(lone, 'private', { seed: 5 })
    lone.store.deleteRun(lone.runId)
    expect((await runSession(first)).end).toBe('finished')
    expect(first.store.listArtifacts(first.runId).map(({ name }) => name)).not.toContain(RUN_ARTIFACTS.extended)
    const again = await extended(first, 'private', {
      seed: 5,
      corpora: first.config.corpora,
      tasks: { place: { corpus: 'made', synthetic: 'position' } },
    })
    expect((await runSession(again)).end).toBe('finished')
    expect(Object.keys(again.config.tasks)).toEqual(['pos', 'np', 'noun', 'place'])
    const [before, after] = [weightsOf(first), weightsOf(again)]
    for (const name of Object.keys(before).filter((one) => !/^(char.conv.W|bilstm.*W)$/.test(one)))
      expect(sameBits(after[name].data, before[name].data), name).toBe(true)
  })

  it('resumes after stops to the same bits', async () => {
    const run = await extended(source, 'private')
    // At the start of a training: it stops after its first step, however slow this thread is.
    for (const key of ['imp/noun/1', 'sparse']) {
      const { end } = await runSession(run, {
        stopAt: (event) => event.type === 'trainingStart' && trainingKey(event.id) === key,
      })
      expect(end).toBe('stopped')
      const { checkpoint } = run.store.trainings(run.runId).find(({ id }) => trainingKey(id) === key)!
      expect(checkpoint!.step).toBeGreaterThan(0)
    }
    expect((await runSession(run)).end).toBe('finished')
    expectSameOutcome(outcomeOf(run), outcomeOf(alone))
  })

  it('jointly: the same as a run of all tasks with these subnets', async () => {
    const run = await extended(source, 'joint', { joint: { epochs: 2 } })
    expect((await runSession(run)).end).toBe('finished')
    expect(reportOf(run).extension).toMatchObject({ how: 'joint', unknown: null })
    const config = {
      ...run.config,
      extend: { run: null, how: 'joint' as const, rounds: {} },
      tickets: { run: run.runId, rounds: {} },
    }
    const whole = { ...run, config, ...(await createRun(run.store, config, '')) }
    expect((await runSession(whole)).end).toBe('finished')
    expectSameBits(weightsOf(run), weightsOf(whole))
    // The new words have their own rows, and the old tasks' subnets are those of the source.
    expect(weightsOf(run)['word.table'].shape[0]).toBeGreaterThan(weightsOf(source)['word.table'].shape[0])
    for (const [task, mask] of masksOf(source))
      expect(
        mask.layers.every(({ kept }, l) => sameBits(kept, masksOf(run).get(task)!.layers[l].kept)),
        task,
      ).toBe(true)
  })

  it('starts from the earlier run’s θ⁽ʷ⁾, matched word by word, and does not warm up again', async () => {
    const warm = await sourceOf({ warmup: { steps: 4 }, seed: 11 })
    const run = await extended(warm, 'joint', { warmup: { steps: 4 }, seed: 11 })
    const [then, now] = [
      weightsOf(warm, { phase: 'warmup', task: null, round: null }),
      run.store.loadArtifact(run.runId, null, RUN_ARTIFACTS.carriedStart)!,
    ]
    const words = ({ store, runId }: Experiment) =>
      store.loadDocument<VocabularyJson>(runId, DOCUMENTS.vocabulary)!.words
    const [old, all] = [words(warm), words(run)]
    const row = (weights: Weights, n: number) => [...weights['word.table'].data.subarray(6 * n, 6 * n + 6)]
    for (const [n, word] of old.entries()) expect(row(now, all.indexOf(word)), word).toEqual(row(then, n))
    for (const name of ['char.conv.W', 'bilstm.0.forward.W', 'bilstm.0.backward.b', 'head.np.W'])
      expect(sameBits(now[name].data, then[name].data), name).toBe(true)
    const { data } = await loadExperimentData(run.config, '')
    const theta0 = initialWeights(networkShape(run.config.model, data), 11, null)
    expect(sameBits(now['head.noun.W'].data, theta0['head.noun.W'].data)).toBe(true)
    expect(sameBits(now['bilstm.0.forward.W'].data, theta0['bilstm.0.forward.W'].data)).toBe(false)
    expect(
      plannedTrainings(run.config, { taskEpoch: new Map(), jointEpoch: null }).map(({ key }) => key),
    ).not.toContain('warmup')
    expect((await runSession(run)).end).toBe('finished')
    expect(run.store.training(run.runId, { phase: 'warmup', task: null, round: null })).toBeNull()
  })

  it.each([
    [{ seed: 7 }, 'seed is 7, there 2019'],
    [{ model: { hidden: 9, layers: 2 } }, 'model.hidden is 9, there 8; model.layers is 2, there 1'],
    [{ warmup: { epochs: 1 } }, 'warmup.epochs is 1, there 0'],
    [
      {
        tasks: { pos: { tags: 1, corpus: 'made' } },
        corpora: { made: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' } },
      },
      'has the tasks pos, np; name at least one that it does not have',
    ],
    [{ tasks: { noun: { tags: 1 }, pos: { tags: 2, corpus: 'made' } } }, 'has another tasks.pos: tags is 2, there 1'],
    [{ corpora: { made: { train: 'new-train.txt' } } }, 'new-train.txt (train of made) differs from the file that run'],
    [{ extend: { rounds: { pos: 9 } } }, 'has no finished round 9 of pos; there is 0, 1, 2'],
    [{ extend: { rounds: { nouns: 1 } } }, 'has no task nouns'],
    [{ extend: { run: 'nobody' } }, 'There is no run nobody.'],
  ])('refuses %j, and records nothing', async ({ extend, ...changes }: Changes, message) => {
    const before = source.store.listRuns().length
    await expect(
      extended(source, 'private', { ...changes, extend: { run: source.runId, how: 'private', ...extend } }),
    ).rejects.toThrow(message)
    expect(source.store.listRuns()).toHaveLength(before)
  })

  it('refuses an unfinished run, and one without the weights that it would keep', async () => {
    const unfinished = await extended(source, 'private')
    await expect(extended(unfinished, 'joint')).rejects.toThrow(
      `run ${unfinished.runId} is created, expected a finished one`,
    )
    const pruned = await sourceOf({ methods: ['subnet'] })
    await expect(extended(pruned, 'private')).rejects.toThrow(
      'has no weights of sparse sharing to keep; extend.how joint trains all tasks together again',
    )
  })

  it('warns where the optimiser differs', async () => {
    const { warnings } = await extended(source, 'private', { optimizer: { learningRate: 0.2 } })
    expect(warnings).toEqual([
      `Run ${source.runId} trained its tasks with other settings: optimizer.learningRate is 0.2, there 0.1.`,
    ])
  })
})
