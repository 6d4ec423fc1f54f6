/** Experiments begun in the window: planned, trained in the queue, stopped, resumed after a restart, reported. */
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import type { ExperimentPlanArguments } from '../../shared/protocol/requests/experiments.ts'
import { seedGroupName } from '../../shared/runs/seedGroups.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { openTestApi } from '../support/api.ts'

const TEXT = `
title: In miniature
about: Two tasks, two seeds.
seeds: [1, 2]
files:
  made: { train: [train.txt], dev: [dev.txt], test: [test.txt] }
config:
  methods: [hard, sparse]
  tasks: { pos: { tags: 1 }, np: { tags: 2 } }
  model: { wordDim: 6, charDim: 4, charFilters: 5, charOut: 3, hidden: 8, charMinCount: 1 }
  optimizer: { batchSize: 4 }
  imp: { epochs: 2, pruningRate: 0.4, maxRounds: 1 }
  joint: { epochs: 2 }
paper:
  scores: {}
`
const PATIENCE = { timeout: 200_000, interval: 20 }

const planIn = (folder: string, more: Partial<ExperimentPlanArguments> = {}): ExperimentPlanArguments => ({
  source: { file: 'mini.yaml', text: TEXT },
  folder,
  ...more,
})
const detail = ({ ask }: Pick<Studio, 'ask'>, experiment: string) => ask('experiments.get', { experiment })

describe('experiments', () => {
  it('lists those that come with the program', async () => {
    const studio = openStudio()
    const all = await studio.ask('experiments.builtIn', {})
    expect(all.map(({ name }) => name)).toEqual(['exp1', 'exp2', 'exp3', 'outlier', 'warmup'])
    expect(all[0]).toMatchObject({
      seeds: [2019, 2020, 2021],
      corpora: [{ name: 'conll2003', splits: { train: ['train.txt', 'eng.train', 'train.conll'] } }],
      settings: { 'imp.epochs': 100 },
    })
    await studio.close()
  })

  it('plans runs for seeds, methods and sizes, and stores nothing', async () => {
    const studio = openStudio()
    const plan = await studio.ask(
      'experiments.plan',
      planIn(studio.folder, { seeds: [7, 8, 9], methods: ['hard'], settings: { 'joint.epochs': 5 } }),
    )
    expect(plan.runs.map(({ name }) => name)).toEqual(['mini, seed 7', 'mini, seed 8', 'mini, seed 9'])
    expect(plan).toMatchObject({ trainings: 3, epochs: 15, continues: null, config: { seed: 7, joint: { epochs: 5 } } })
    expect(await studio.ask('experiments.list', {})).toEqual([])
    await studio.close()
  })

  it('report what is wrong with a file, a setting, or the corpora', async () => {
    const studio = openStudio()
    const problem = async (args: ExperimentPlanArguments) => (await studio.refusal('experiments.plan', args)).message
    expect(await problem({ source: { file: 'mini.yaml', text: 'title: x' } })).toMatch(/mini\.yaml:1.*about/)
    expect(await problem({ source: { name: '../etc/passwd.yaml' } })).toMatch(/there is no experiment/)
    expect(await problem(planIn(studio.folder, { settings: { 'joint.epochs': -1 } }))).toMatch(/joint\.epochs/)
    expect(await problem({ source: { file: 'mini.yaml', text: TEXT } })).toMatch(
      /needs the train file of made \(train\.txt\): choose a dataset, or the folder of its files$/m,
    )
    const missing = { made: { train: join(studio.folder, 'absent.txt') } }
    expect(await problem({ source: { file: 'mini.yaml', text: TEXT }, files: missing })).toMatch(/absent\.txt/)
    expect(studio.store.listRuns()).toEqual([])
    await studio.close()
  })

  it('train in the queue, stop, resume after a restart, and report like the command line', async () => {
    const studio = openStudio()
    const { experiment } = await studio.ask(
      'experiments.start',
      planIn(studio.folder, { settings: { 'joint.epochs': 3000 } }),
    )
    await vi.waitFor(async () => {
      const { cells } = await detail(studio, experiment)
      expect(cells.map(({ run }) => run !== null)).toEqual([true, true])
    }, PATIENCE)
    expect((await detail(studio, experiment)).active).toBe(true)
    const { code, message } = await studio.refusal('experiments.delete', { experiment, withRuns: true })
    expect([code, message]).toEqual(['used', expect.stringMatching(/mini cannot be deleted: its run .* Stop it first/)])
    await studio.ask('experiments.stop', { experiment })
    await vi.waitFor(async () => expect(await studio.ask('training.active', {})).toEqual([]), PATIENCE)
    const { cells, active } = await detail(studio, experiment)
    expect(active).toBe(false)
    expect(cells.map(({ status }) => status)).not.toContain('finished')
    expect(studio.store.listRuns().map(({ tags }) => tags)).toEqual([['experiment:mini'], ['experiment:mini']])

    // A smaller one with the same name is another experiment.
    const small = (await studio.ask('experiments.start', planIn(studio.folder, { methods: ['hard'] }))).experiment
    expect(small).not.toBe(experiment)
    // Closed in the middle: the next start of the program finds the plan.
    await studio.api.close()
    studio.store.close()
    const store = openStore(join(studio.folder, 'runs.db'))
    const api = openTestApi(store)
    const ask = (async (name: string, args: unknown) => {
      const reply = await api.call(name, args)
      expect(reply, name).toMatchObject({ ok: true })
      return (reply as { value: unknown }).value
    }) as Studio['ask']
    const list = await ask('experiments.list', {})
    expect(new Set(list.map(({ id }) => id))).toEqual(new Set([experiment, small]))
    await ask('experiments.resume', { experiment: small })
    await vi.waitFor(async () => {
      const now = await detail({ ask }, small)
      expect(now.cells.map(({ status }) => status)).toEqual(['finished', 'finished'])
      expect(now.active).toBe(false)
    }, PATIENCE)
    const { results } = await detail({ ask }, small)
    expect(results.variants).toHaveLength(1)
    const [{ methods, seeds }] = results.variants
    expect(seeds).toBe(2)
    const values = store
      .listRuns({ status: 'finished' })
      .map(({ report }) => report!.methods[0].scores.np.test!.value)
      .toSorted((a, b) => a - b)
    expect(methods[0].scores.np.test!.values.toSorted((a, b) => a - b)).toEqual(values)
    const report = await ask('experiments.report', { experiment: small, file: 'report.html' })
    expect(report.name).toBe('mini-report.html')
    expect(report.text).toMatch(/<h1>In miniature<\/h1>[\s\S]*over 2 seeds \(1, 2\)/)
    expect((await ask('experiments.report', { experiment: small, file: 'results.csv' })).text).toMatch(/^variant,run/)

    const [group] = new Set(
      store
        .listSummaries()
        .filter(({ status }) => status === 'finished')
        .map((run) => run.group),
    )
    const [found] = await ask('experiments.groups', { groups: [group], baseline: group })
    expect(found).toMatchObject({ name: 'mini', group, versus: {} })
    expect(found.methods[0].scores.np.test!.values.toSorted((a, b) => a - b)).toEqual(values)

    // Deleted without its runs, which stay; the other one with them.
    const before = store.listRuns().length
    expect(await ask('experiments.delete', { experiment: small, withRuns: false })).toEqual({ runs: 0 })
    expect(store.listRuns()).toHaveLength(before)
    expect(await ask('experiments.delete', { experiment, withRuns: true })).toEqual({ runs: 2 })
    expect(store.listRuns()).toHaveLength(before - 2)
    expect(await ask('experiments.list', {})).toEqual([])
    await api.close()
    store.close()
  })

  it('train pairs of tasks once all seeds are finished', async () => {
    const studio = openStudio()
    const text = TEXT.replace('paper:', 'analyses: { densities: [1, 0.6] }\npaper:').replace('[1, 2]', '[1]')
    const { experiment } = await studio.ask(
      'experiments.start',
      planIn(studio.folder, { source: { file: 'mini.yaml', text } }),
    )
    await vi.waitFor(async () => {
      const { cells, active, problem } = await detail(studio, experiment)
      expect(problem).toBeNull()
      expect(active).toBe(false)
      expect(cells.filter(({ followUp }) => followUp)).toHaveLength(4)
      expect(cells.every(({ status }) => status === 'finished')).toBe(true)
    }, PATIENCE)
    await studio.close()
  })

  it('leave nothing behind where the data cannot be read, and the message quotes no file', async () => {
    const studio = openStudio()
    const files = { made: { train: join(studio.folder, 'runs.db') } }
    const { message } = await studio.refusal('experiments.start', planIn(studio.folder, { files }))
    expect(message).not.toMatch(/SQLite format/)
    expect(await studio.ask('experiments.list', {})).toEqual([])
    await studio.close()
  })
})

describe('the name of a group', () => {
  it.each([
    [['exp1, seed 1', 'exp1, seed 2'], 'exp1'],
    [['exp1, seed 2019', 'exp1, seed 2020'], 'exp1'],
    [['same', 'same'], 'same'],
    [['a', 'b'], 'a'],
    [['big model (seed 1)', 'big model (seed 12)'], 'big model'],
  ])('%j is %s', (names, expected) => expect(seedGroupName(names)).toBe(expected))
})
