/** Cross-validation of a project with several tasks, and of one whose folds choose the dense network. */
import { expect, it, vi } from 'vitest'
import { pooledScores, scoreOf, type Series } from '../../shared/annotation/series.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { openStudio, type Studio } from '../support/studio.ts'

const TINY = {
  ...{ 'model.hidden': 6, 'model.wordDim': 6, 'model.charDim': 4, 'model.charFilters': 4, 'model.charOut': 4 },
  ...{ 'imp.epochs': 3, 'imp.patience': 3, 'joint.epochs': 4, 'joint.patience': 4, 'optimizer.batchSize': 4 },
}
const LONG = { timeout: 240_000 }
const PATIENCE = { timeout: 200_000, interval: 20 }
const WORDS = ['DET', 'NOUN', 'VERB', 'NOUN', '.']

const NER = { name: 'ner', kind: 'span' as const, labels: ['PER', 'LOC'] }
const POS = { name: 'pos', kind: 'token' as const, labels: ['DET', 'NOUN', 'VERB', '.'] }

/** 30 sentences, of which 10 are labelled. */
async function labelled(studio: Studio, tasks: (typeof NER | typeof POS)[]): Promise<string> {
  const text = Array.from({ length: 30 }, (_, n) => `the Anna${n} saw Lyon${n % 7} .`).join('\n')
  const sources = [{ kind: 'text' as const, name: 'text', text }]
  const { project } = await studio.ask('annotate.create', { name: 'several', sources, tasks })
  const spans = [
    { type: 'PER', from: 1, to: 2 },
    { type: 'LOC', from: 3, to: 4 },
  ]
  for (let position = 0; position < 10; position++)
    await studio.ask('annotate.decide', {
      ...{ project, order: 'file', filter: 'open', position, revision: null },
      answers: tasks.map(({ name, kind }) =>
        kind === 'span' ? { task: name, labels: null, spans } : { task: name, labels: WORDS, spans: null },
      ),
    })
  return project
}

/** Trains five folds to their end. Returns them and the model that was trained on everything in the end. */
async function crossValidated(studio: Studio, project: string): Promise<{ series: Series; final: ExperimentConfig }> {
  await studio.ask('annotate.train', { project, folds: true })
  const series = await vi.waitFor(async () => {
    const { folds } = (await studio.ask('annotate.get', { project })).series
    expect(folds!.status).not.toBe('running')
    return folds!
  }, PATIENCE)
  expect(series).toMatchObject({ status: 'finished', problem: null })
  const { training } = await studio.ask('annotate.get', { project })
  await vi.waitFor(
    () => expect(studio.store.annotation.item(project, 20).suggestion).toMatchObject({ run: training!.run }),
    PATIENCE,
  )
  expect(studio.store.annotation.item(project, 20).suggestion!.tags.map(({ task }) => task)).toEqual(
    (await studio.ask('annotate.get', { project })).tasks.map(({ name }) => name),
  )
  // The runs of the folds are deleted.
  expect(studio.store.listRuns().map(({ id }) => id)).toEqual([training!.run])
  return { series, final: studio.store.getRun(training!.run).config }
}

it('scores spans and tokens over five folds of jointly trained subnets', LONG, async () => {
  const studio = openStudio({}, { trainingSettings: { ...TINY, 'imp.maxRounds': 1 } })
  const project = await labelled(studio, [NER, POS])
  const { series, final } = await crossValidated(studio, project)
  for (const { result } of series.parts) {
    expect(result!.tasks.map(({ task, kind }) => [task, kind])).toEqual([
      ['ner', 'span'],
      ['pos', 'token'],
    ])
    expect([result!.epochs.length, result!.rounds.length]).toEqual([2, 2])
    expect(result!.jointEpochs).toBeGreaterThanOrEqual(1)
  }
  const [ner, pos] = [0, 1].map((i) => series.parts.flatMap(({ result }) => result!.tasks[i].counts))
  // Every sentence is held out once: two gold spans and five words each.
  expect(ner.map(([gold]) => gold)).toEqual(new Array(10).fill(2))
  expect(pos.map(([gold, predicted]) => [gold, predicted])).toEqual(new Array(10).fill([5, 5]))
  expect(pooledScores(series.parts)).toMatchObject([
    { task: 'ner', kind: 'span', value: scoreOf(ner), sentences: 10 },
    { task: 'pos', kind: 'token', value: scoreOf(pos), sentences: 10 },
  ])
  const middle = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
  expect(final.joint.epochs).toBe(middle(series.parts.map(({ result }) => result!.jointEpochs!)))
})

it('trains densely in the end where the folds choose the dense network', LONG, async () => {
  // With this minimum density round 0 is the last one.
  const studio = openStudio({}, { trainingSettings: { ...TINY, 'imp.minDensity': 1 } })
  const project = await labelled(studio, [NER, POS])
  const { series, final } = await crossValidated(studio, project)
  expect(series.parts.flatMap(({ result }) => result!.rounds)).toEqual(new Array(10).fill(0))
  expect(final).toMatchObject({ methods: ['hard'], optimizer: { keep: 'last' } })
})
