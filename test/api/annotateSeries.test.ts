/** Cross-validation and the learning curve of a project, through the requests: real runs of tiny networks. */
import { existsSync, readdirSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import {
  curvePoints,
  lastGains,
  pooledScores,
  scoreOf,
  type Series,
  type SeriesKind,
} from '../../shared/annotation/series.ts'
import { openTestApi } from '../support/api.ts'
import { openStudio, type Studio } from '../support/studio.ts'

const TINY = {
  ...{ 'model.hidden': 6, 'model.wordDim': 6, 'model.charDim': 4, 'model.charFilters': 4, 'model.charOut': 4 },
  ...{ 'imp.epochs': 4, 'imp.maxRounds': 1, 'imp.patience': 4, 'optimizer.batchSize': 4 },
}
const LONG = { timeout: 900_000 }
const PATIENCE = { timeout: 200_000, interval: 20 }

/** 30 sentences, of which `count` are labelled. */
async function labelled(studio: Studio, count: number): Promise<string> {
  const text = Array.from({ length: 30 }, (_, n) => `Anna${n} saw Lyon${n % 7} today .`).join('\n')
  const { project } = await studio.ask('annotate.create', {
    name: 'small',
    sources: [{ kind: 'text', name: 'text', text }],
    tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC'] }],
  })
  const spans = [
    { type: 'PER', from: 0, to: 1 },
    { type: 'LOC', from: 2, to: 3 },
  ]
  for (let position = 0; position < count; position++)
    await studio.ask('annotate.decide', {
      ...{ project, order: 'file', filter: 'open', position, revision: null },
      answers: [{ task: 'ner', labels: null, spans }],
    })
  return project
}

const seriesOf = async (studio: Pick<Studio, 'ask'>, project: string, kind: SeriesKind): Promise<Series> =>
  (await studio.ask('annotate.get', { project })).series[kind]!

const until = (studio: Pick<Studio, 'ask'>, project: string, kind: SeriesKind, wanted: (series: Series) => boolean) =>
  vi.waitFor(async () => expect(await seriesOf(studio, project, kind)).toSatisfy(wanted), PATIENCE)

const done = ({ parts }: Series) => parts.filter(({ result }) => result !== null).length
const leftFiles = ({ store }: Studio) => readdirSync(store.corporaFolder!).filter((name) => name.startsWith('series-'))

it('judges every sentence once over five folds, then trains a model on all of them that suggests', LONG, async () => {
  const studio = openStudio({}, { trainingSettings: TINY })
  const project = await labelled(studio, 10)
  expect(await studio.ask('annotate.trainPlan', { project })).toMatchObject({ tooSmall: true, foldsProblem: null })
  await studio.ask('annotate.train', { project, folds: true })
  expect((await studio.refusal('annotate.train', { project, folds: true })).message).toMatch(/under way already/)
  await until(studio, project, 'folds', ({ status }) => status === 'finished')

  const series = await seriesOf(studio, project, 'folds')
  expect(series).toMatchObject({ sentences: 10, seed: 0, byDocument: false, problem: null })
  expect(series.parts.map(({ fold, train, heldOut }) => [fold, train, heldOut])).toEqual(
    [0, 1, 2, 3, 4].map((fold) => [fold, 8, 2]),
  )
  const counts = series.parts.flatMap(({ result }) => result!.tasks[0].counts)
  // Two gold spans in each of the ten sentences.
  expect(counts.map(([gold]) => gold)).toEqual(new Array(10).fill(2))
  const [score] = pooledScores(series.parts)
  expect(score).toMatchObject({ task: 'ner', kind: 'span', value: scoreOf(counts), sentences: 10 })

  const { training } = await studio.ask('annotate.get', { project })
  await vi.waitFor(
    () => expect(studio.store.annotation.item(project, 20).suggestion).toMatchObject({ run: training!.run }),
    PATIENCE,
  )
  const run = studio.store.getRun(training!.run)
  // Its number of epochs is the median of the folds, and its last weights are kept.
  const epochs = series.parts.map(({ result }) => result!.epochs[0]).toSorted((a, b) => a - b)[2]
  expect(run.config).toMatchObject({ optimizer: { keep: 'last' }, imp: { epochs, patience: null } })
  const trained = studio.store.trainings(run.id)
  expect(trained.map(({ result }) => [result!.epochs, result!.bestEpoch])).toEqual(
    trained.map(() => [epochs, epochs - 1]),
  )
  expect(run.datasets.find(({ split }) => split === 'train')).toMatchObject({ sentences: 10 })
  // What the folds left: their results alone.
  expect(studio.store.listRuns().map(({ id }) => id)).toEqual([run.id])
  expect(leftFiles(studio)).toEqual([])
})

it('goes on after a restart and after a stop; the folds that are done stay done', LONG, async () => {
  const studio = openStudio({}, { trainingSettings: { ...TINY, 'imp.epochs': 2 } })
  const project = await labelled(studio, 10)
  await studio.ask('annotate.train', { project, folds: true })
  await until(studio, project, 'folds', (series) => done(series) >= 1)
  await studio.api.close()
  const first = studio.store.annotation.series(project, 'folds')!.parts[0]
  expect(first).toMatchObject({ run: null, result: { tasks: [{ task: 'ner' }] } })

  const api = openTestApi(studio.store)
  const second: Pick<Studio, 'ask'> = {
    async ask(name, args) {
      const reply = await api.call(name, args)
      expect(reply).toMatchObject({ ok: true })
      return (reply as unknown as { value: never }).value
    },
  }
  try {
    expect((await seriesOf(second, project, 'folds')).status).toBe('interrupted')
    await second.ask('annotate.resumeSeries', { project, kind: 'folds' })
    await until(second, project, 'folds', (series) => series.parts.some(({ run }) => run !== null))
    await second.ask('annotate.stopSeries', { project, kind: 'folds' })
    await vi.waitFor(async () => expect(await second.ask('training.active', {})).toEqual([]), PATIENCE)
    const stopped = await seriesOf(second, project, 'folds')
    expect(stopped.status).toBe('stopped')
    // More decisions do not change what was begun.
    await second.ask('annotate.decide', {
      ...{ project, order: 'file', filter: 'open', position: 10, revision: null },
      answers: [{ task: 'ner', labels: null, spans: [] }],
    })
    await second.ask('annotate.resumeSeries', { project, kind: 'folds' })
    await until(second, project, 'folds', ({ status }) => status === 'finished')
    const { parts, sentences } = await seriesOf(second, project, 'folds')
    expect(parts[0]).toEqual(first)
    expect([sentences, pooledScores(parts)[0].sentences]).toEqual([10, 10])
  } finally {
    await api.close()
  }
})

it('draws the learning curve over nested parts, and forgets it with the project', LONG, async () => {
  const studio = openStudio({}, { trainingSettings: TINY })
  const project = await labelled(studio, 25)
  await studio.ask('annotate.learningCurve', { project, folds: false })
  await until(studio, project, 'curve', ({ status }) => status === 'finished')
  const series = await seriesOf(studio, project, 'curve')
  expect(series.parts.map(({ fold, share, train, heldOut }) => [fold, share, train, heldOut])).toEqual([
    [null, 0.25, 5, 5],
    [null, 0.5, 10, 5],
    [null, 0.75, 15, 5],
    [null, 1, 20, 5],
  ])
  expect(curvePoints(series).map(({ sentences }) => sentences)).toEqual([5, 10, 15, 20])
  expect(lastGains(series)).toMatchObject([{ task: 'ner', text: expect.stringMatching(/^The last 5 sentences /) }])
  expect(studio.store.listRuns()).toEqual([])
  // With another batch size for each part the parts could not be compared: all have the same settings.
  expect(studio.store.annotation.series(project, 'curve')!.config.optimizer.batchSize).toBe(4)

  const { run } = await studio.ask('annotate.learningCurve', { project, folds: true })
  expect((await seriesOf(studio, project, 'curve')).parts).toHaveLength(20)
  await studio.ask('annotate.delete', { project })
  await vi.waitFor(async () => expect(await studio.ask('training.active', {})).toEqual([]), PATIENCE)
  expect(leftFiles(studio)).toEqual([])
  expect(existsSync(studio.store.corporaFolder!)).toBe(true)
  await vi.waitFor(() => expect(() => studio.store.getRun(run)).toThrow(), PATIENCE)
})

it('refuses what has too few sentences, with the reason', async () => {
  const studio = openStudio()
  const project = await labelled(studio, 3)
  expect((await studio.refusal('annotate.train', { project, folds: true })).message).toMatch(
    /at least 5 different sentences; found 3/,
  )
  expect((await studio.refusal('annotate.learningCurve', { project })).message).toMatch(/at least 20 sentences/)
  expect((await studio.refusal('annotate.resumeSeries', { project, kind: 'curve' })).message).toMatch(
    /nothing to resume/,
  )
  expect(await studio.ask('annotate.get', { project })).toMatchObject({ series: { folds: null, curve: null } })
})
