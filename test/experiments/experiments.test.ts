/** Experiments: definitions, runs over seeds, reports, over a corpus in miniature and a real database. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRun, runExperiment, RunControl } from '../../main/experiment/lifecycle.ts'
import { openStore } from '../../main/store/index.ts'
import { hashOf } from '../../main/store/json.ts'
import type { Store } from '../../main/store/types.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import {
  cellsOf,
  collect,
  definitionNames,
  followUps,
  planExperiment,
  readDefinition,
  recall,
  remember,
  runOf,
  experimentTag,
  writeReports,
  type Experiment,
} from '../../main/experiments/index.ts'
import { overlapByChance } from '../../main/experiments/statistics.ts'
import { spread } from '../../shared/util/spread.ts'
import { density, overlapRatio, type Mask } from '../../shared/network/mask.ts'
import { afterFile } from '../support/cleanup.ts'
import { corpusFiles, folderOf } from '../support/corpus.ts'
import { Draw } from '../support/arrays.ts'

const DEFINITION = `
title: In miniature
about: Two tasks, two seeds.
seeds: [1, 2]
files:
  made: { train: [absent.txt, train.txt], dev: [dev.txt], test: [test.txt] }
config:
  methods: [single, hard, sparse]
  tasks: { pos: { tags: 1 }, np: { tags: 2 } }
  model: { wordDim: 6, charDim: 4, charFilters: 5, charOut: 3, hidden: 8, charMinCount: 1 }
  optimizer: { batchSize: 4 }
  imp: { epochs: 2, pruningRate: 0.4, maxRounds: 1 }
  joint: { epochs: 2 }
paper:
  scores: { sparse: { pos: 95.56, np: 91.55 } }
  params: { sparse: 396 }
  notes: [A note.]
`

const plan = (folder: string, more: Partial<Parameters<typeof planExperiment>[0]> = {}) =>
  planExperiment({
    definition: readDefinition(join(folder, 'mini.yaml')),
    data: folder,
    flags: [],
    shortcuts: [],
    problems: [],
    cwd: folder,
    seeds: null,
    ...more,
  })

describe('definitions', () => {
  it.each(definitionNames())('%s plans runs that can be trained, with any files for its corpora', (name) => {
    const definition = readDefinition(name)
    const folder = folderOf(
      Object.fromEntries(
        Object.values(definition.files).flatMap((splits) =>
          Object.values(splits)
            .flatMap((names) => names ?? [])
            .map((file) => [file, 'a B\n']),
        ),
      ),
    )
    const { runs } = planExperiment({
      definition,
      data: folder,
      flags: [],
      shortcuts: [],
      problems: [],
      cwd: folder,
      seeds: null,
    })
    expect(runs.length).toBe(definition.seeds.length * (definition.sweep?.values.length ?? 1))
    expect(new Set(runs.map(({ config }) => config.name)).size).toBe(runs.length)
    for (const { config, seed } of runs) expect(config.seed).toBe(seed)
    for (const scores of Object.values(definition.paper.scores))
      for (const task of Object.keys(scores)) expect(Object.keys(definition.config.tasks as object)).toContain(task)
  })

  it('exp1 has the numbers that the paper printed', () => {
    expect(readDefinition('exp1').paper).toMatchObject({
      scores: { sparse: { pos: 95.56, ner: 90.35, chunk: 91.55 } },
      params: { hard: 534, sparse: 396 },
    })
  })

  it('report what is wrong, and where', () => {
    const folder = folderOf({
      'bad.yaml': 'title: x\nabout: y\nseeds: [one]\nfiles: {}\nconfig: {}\npaper: { scores: {} }\n',
    })
    expect(() => readDefinition(join(folder, 'bad.yaml'))).toThrow(/bad.yaml:3: seeds.0/)
    expect(() => readDefinition('exp9')).toThrow(/no experiment exp9; there is exp1/)
    const definition = readDefinition('exp1')
    expect(() =>
      planExperiment({ definition, data: folder, flags: [], shortcuts: [], problems: [], cwd: folder, seeds: null }),
    ).toThrow(/needs the train file of conll2003 \(train.txt, eng.train, train.conll\): found no such file in/)
    expect(() =>
      planExperiment({ definition, data: null, flags: [], shortcuts: [], problems: [], cwd: folder, seeds: null }),
    ).toThrow(/give the folder of its files with --data/)
  })
})

describe('a sweep', () => {
  const swept = (sweep: string) => () => {
    const folder = folderOf({ ...corpusFiles(), 'mini.yaml': `${DEFINITION}sweep: ${sweep}\n` })
    return plan(folder).runs
  }

  it('makes one run for each seed and value, through the schema', () => {
    const runs = swept('{ setting: imp.pruningRate, values: [0.2, 0.4] }')()
    expect(runs.map(({ seed, variant, config }) => [seed, variant, config.imp.pruningRate])).toEqual([
      [1, 'imp.pruningRate 0.2', 0.2],
      [1, 'imp.pruningRate 0.4', 0.4],
      [2, 'imp.pruningRate 0.2', 0.2],
      [2, 'imp.pruningRate 0.4', 0.4],
    ])
  })

  it.each([
    [
      '{ setting: joint.epoch, values: [1, 2] }',
      'mini: sweep: joint.epoch is not a setting; did you mean joint.epochs?',
    ],
    ['{ setting: imp.pruningRate, values: [0.2, 7] }', /^mini: sweep: imp.pruningRate: found 7, expected .*below 1/],
    ['{ setting: joint.epochs, values: [2, two] }', /^mini: sweep: joint.epochs: found "two", expected/],
    ['{ setting: methods, values: [[single, sparsest]] }', /^mini: sweep: methods: found/],
    ['{ setting: joint.epochs, values: [2, 3, 2] }', /^mini: sweep: joint.epochs 2 is there twice/],
    ['{ setting: seed, values: [1, 2] }', /^mini: sweep: seed cannot be swept/],
    ['{ setting: __proto__.polluted, values: [1] }', /^mini: sweep: __proto__: invalid name/],
    [
      '{ setting: tasks.pos.corpus, values: [nowhere] }',
      /^mini: sweep: tasks.pos.corpus: there is no corpus "nowhere"/,
    ],
  ])('%s is refused', (sweep, message) => {
    expect(swept(sweep)).toThrow(message)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('an experiment', () => {
  let folder: string
  let store: Store
  let experiment: Experiment

  beforeAll(async () => {
    folder = folderOf({ ...corpusFiles(), 'mini.yaml': DEFINITION })
    store = openStore(join(folder, 'runs.db'))
    afterFile(() => store.close())
    experiment = plan(folder)
    for (const planned of experiment.runs) {
      const { runId, loaded } = await createRun(store, planned.config, '', {
        tags: [experimentTag(experiment.definition)],
      })
      // Found as soon as it exists: a session that is interrupted here is continued, not trained twice.
      expect(runOf(store, experiment, planned)?.id).toBe(runId)
      expect(await runExperiment(store, runId, { loaded, onEvent: () => {}, control: new RunControl() })).toBe(
        'finished',
      )
    }
  })

  it('finds its runs again, and no other experiment’s', () => {
    const again = plan(folder)
    expect(again.runs.map((planned) => runOf(store, again, planned)?.config.seed)).toEqual([1, 2])
    const other = plan(folder, { seeds: [3] })
    expect(runOf(store, other, other.runs[0])).toBeNull()
    const changed = plan(folder, { flags: [{ flag: '--joint.epochs', path: ['joint', 'epochs'], value: 3 }] })
    expect(changed.runs.map((planned) => runOf(store, changed, planned))).toEqual([null, null])
    expect(
      runOf(store, { ...experiment, definition: { ...experiment.definition, name: 'other' } }, experiment.runs[0]),
    ).toBeNull()
  })

  it('finds what a version stored that had fewer settings: its runs, and itself', async () => {
    const database = join(folder, 'earlier.db')
    const earlier = openStore(database)
    const planned = plan(folder, { seeds: [5] })
    const { runId } = await createRun(earlier, planned.runs[0].config, '', {
      tags: [experimentTag(planned.definition)],
    })
    const id = remember(earlier, planned)
    earlier.close()

    // As before the settings of the criterion and of the analyses were added.
    const withoutLater = ({ imp, analyses: _, ...config }: ExperimentConfig) => {
      const { criterion: __, ...rest } = imp
      return { ...config, imp: rest }
    }
    const db = new Database(database)
    const old = withoutLater(planned.runs[0].config)
    db.prepare('UPDATE runs SET config = ?, config_hash = ? WHERE id = ?').run(JSON.stringify(old), hashOf(old), runId)
    const plans = planned.runs.map((run) => ({ ...run, config: withoutLater(run.config) }))
    db.prepare('UPDATE experiments SET id = ?, plan = ? WHERE id = ?').run('earlier', JSON.stringify(plans), id)
    db.close()

    const store = openStore(database)
    afterFile(() => store.close())
    expect(runOf(store, planned, planned.runs[0])?.id).toBe(runId)
    expect(remember(store, plan(folder, { seeds: [5, 6] }))).toBe('earlier')
    const known = recall(store, 'earlier')
    expect(known.runs.map(({ seed, config }) => [seed, config.imp.criterion])).toEqual([
      [5, 'magnitude'],
      [6, 'magnitude'],
    ])
    expect(cellsOf(store, known).map(({ run }) => run)).toEqual([runId, null])
    expect(store.listExperiments().map(({ id }) => id)).toEqual(['earlier'])
  })

  it('finds runs under the tag of earlier versions', async () => {
    const { runs, ...other } = plan(folder, { seeds: [4] })
    const { runId } = await createRun(store, runs[0].config, '', { tags: [`study:${other.definition.name}`] })
    expect(runOf(store, { ...other, runs }, runs[0])?.id).toBe(runId)
    store.deleteRun(runId)
  })

  it('collects what the runs reported', () => {
    const report = collect(store, experiment)
    const runs = experiment.runs.map((planned) => runOf(store, experiment, planned)!)
    const [{ methods, tasks, subnets, overlaps, stability, curves }] = report.variants
    expect(tasks).toEqual([
      { name: 'pos', score: 'accuracy' },
      { name: 'np', score: 'spanF1' },
    ])
    expect(methods.map(({ method }) => method)).toEqual(['single', 'subnet', 'hard', 'sparse'])
    for (const { method, scores, params } of methods) {
      const lines = runs.map((run) => run.report!.methods.find((line) => line.method === method)!)
      expect(params.values).toEqual(lines.map((line) => line.params))
      for (const { name } of tasks) {
        expect(scores[name].dev.values).toEqual(lines.map((line) => line.scores[name].dev.value))
        expect(scores[name].test!.values).toEqual(lines.map((line) => line.scores[name].test!.value))
        // The bootstrap's difference is that of the reported test scores: both come from the same evaluation.
        const mean = (of: typeof lines) => of.reduce((sum, line) => sum + line.scores[name].test!.value, 0) / of.length
        const hard = mean(runs.map((run) => run.report!.methods.find((line) => line.method === 'hard')!))
        if (method === 'hard') expect(scores[name].versusHard).toBeNull()
        else expect(scores[name].versusHard!.points).toBeCloseTo(mean(lines) - hard, 8)
      }
    }
    expect(subnets.map(({ task, rounds }) => [task, rounds.length])).toEqual([
      ['pos', 2],
      ['np', 2],
    ])
    expect(overlaps).toHaveLength(1)
    expect(overlaps[0].ratio.values).toEqual(runs.map((run) => run.report!.overlap!.all))
    // Two seeds: a task has one pair with itself, and two with the other task.
    const mask = (seed: number, task: string) =>
      store.loadMask(runs[seed].id, task, runs[seed].report!.tickets.find((ticket) => ticket.task === task)!.chosen)!
    expect(stability!.map(({ task, own, others }) => [task, own.ratio.values, others!.ratio.values])).toEqual([
      [
        'pos',
        [overlapRatio([mask(0, 'pos'), mask(1, 'pos')])],
        [overlapRatio([mask(0, 'pos'), mask(1, 'np')]), overlapRatio([mask(1, 'pos'), mask(0, 'np')])],
      ],
      [
        'np',
        [overlapRatio([mask(0, 'np'), mask(1, 'np')])],
        [overlapRatio([mask(0, 'np'), mask(1, 'pos')]), overlapRatio([mask(1, 'np'), mask(0, 'pos')])],
      ],
    ])
    // The reported dev score is a point of its curve.
    for (const { task, lines } of curves) {
      expect(lines.map(({ method }) => method)).toEqual(['single', 'subnet', 'hard', 'sparse'])
      for (const { method, dev } of lines)
        runs.forEach((run, s) => {
          const { bestEpoch, dev: best } = run.report!.methods.find((line) => line.method === method)!.scores[task]
          expect(dev[bestEpoch].values[s], `${method} ${task}`).toBe(best.value)
        })
    }
    expect(report.unfinished).toEqual([])
  })

  it('writes its report: the published numbers beside ours, differences, complete files', () => {
    const out = join(folder, 'out')
    const files = writeReports(store, experiment, out).map((path) => path.slice(out.length + 1))
    expect(files).toEqual([
      'report.md',
      'report.html',
      'results.csv',
      'labels.csv',
      'curves-pos.svg',
      'curves-np.svg',
      'density-pos.svg',
      'density-np.svg',
      'overlap.svg',
    ])
    const [markdown, html, csv] = files.map((file) => readFileSync(join(out, file), 'utf8'))
    expect(markdown).toMatch(/\| sparse sharing \| [\d.]+ ± [\d.]+ \| 95\.56 \| [\d.]+ ± [\d.]+ \| 91\.55 \|/)
    expect(markdown).toContain('imp.epochs is 2 instead of 100')
    // The definition describes its tasks: that is no difference from the paper.
    expect(markdown).not.toContain('tasks.')
    expect(markdown).toContain('Mean ± standard deviation over 2 seeds (1, 2)')
    expect(markdown).toContain('- A note.')
    expect(markdown).toContain('F1 of each label: np, test')
    const labels = readFileSync(join(out, 'labels.csv'), 'utf8').trim().split('\n')
    expect(labels[0].trim()).toBe('variant,run,seed,method,task,split,label,gold,predicted,correct,precision,recall,f1')
    expect(labels.filter((line) => /,sparse,np,test,/.test(line))).toHaveLength(2)
    expect(html.match(/<svg/g)).toHaveLength(5)
    expect(new Set([...html.matchAll(/clipPath id="([^"]+)"/g)].map(([, id]) => id)).size).toBe(5)
    const overlap = readFileSync(join(out, 'overlap.svg'), 'utf8')
    const [{ ratio, chance }] = collect(store, experiment).variants[0].overlaps
    for (const text of [`pos &amp; np: ${ratio.mean.toFixed(3)}`, `pos &amp; np by chance: ${chance.mean.toFixed(3)}`])
      expect(overlap).toContain(text)
    // subnet comes with stage 1: 4 methods, 2 tasks, 2 splits, 2 seeds.
    expect(csv.trim().split('\r\n')).toHaveLength(1 + 4 * 2 * 2 * 2)
  })

  it('lists unfinished runs', () => {
    const more = plan(folder, { seeds: [1, 9] })
    expect(collect(store, more).unfinished).toEqual([{ name: 'mini, seed 9', status: 'not started' }])
    expect(() => collect(store, plan(folder, { seeds: [9] }))).toThrow(/No run of mini is finished yet/)
  })

  it('tries the values of a sweep', () => {
    writeFileSync(join(folder, 'sweep.yaml'), `${DEFINITION}sweep: { setting: warmup.epochs, values: [0, 2] }\n`)
    const { runs } = plan(folder, { definition: readDefinition(join(folder, 'sweep.yaml')) })
    expect(runs.map(({ config, variant }) => [config.seed, config.warmup.epochs, variant])).toEqual([
      [1, 0, 'warmup.epochs 0'],
      [1, 2, 'warmup.epochs 2'],
      [2, 0, 'warmup.epochs 0'],
      [2, 2, 'warmup.epochs 2'],
    ])
  })
})

describe('follow-up runs', () => {
  it('train pairs and combinations of densities with the subnets that were found', async () => {
    const more = DEFINITION.replace('np: { tags: 2 } }', 'np: { tags: 2 }, pp: { synthetic: position } }')
      .replace('seeds: [1, 2]', 'seeds: [1]')
      .replace('methods: [single, hard, sparse]', 'methods: [sparse]')
      .replace('joint: { epochs: 2 }', 'joint: { epochs: 1 }')
    const folder = folderOf({
      ...corpusFiles(),
      'mini.yaml': `${more}analyses: { pairs: true, densities: [1, 0.65] }\n`,
    })
    const store = openStore(join(folder, 'runs.db'))
    afterFile(() => store.close())
    const experiment = plan(folder)
    expect(followUps(store, experiment)).toEqual([])
    const train = async (planned: { config: Parameters<typeof createRun>[1] }) => {
      const { runId, warnings } = await createRun(store, planned.config, '')
      expect(warnings.filter((warning) => /subnets/.test(warning))).toEqual([])
      store.addTags(runId, [experimentTag(experiment.definition)])
      await runExperiment(store, runId, { onEvent: () => {}, control: new RunControl() })
      return runId
    }
    const base = await train(experiment.runs[0])
    const follow = followUps(store, experiment)
    expect(follow.map(({ kind }) => kind)).toEqual([
      ...new Array<string>(3).fill('pair'),
      ...new Array<string>(8).fill('densities'),
    ])
    expect(collect(store, experiment).unfinished).toHaveLength(11)
    for (const planned of follow) await train(planned)
    expect(follow.map((planned) => runOf(store, experiment, planned)?.status)).toEqual(
      new Array<string>(11).fill('finished'),
    )

    const {
      variants: [{ pairs, combinations, subnets, methods }],
      unfinished,
    } = collect(store, experiment)
    expect(unfinished).toEqual([])
    expect(pairs.map(({ pair }) => pair)).toEqual([
      ['pos', 'np'],
      ['pos', 'pp'],
      ['np', 'pp'],
    ])
    const overlap = store.getRun(base).report!.overlap!
    expect(pairs.map(({ overlap: { mean } }) => mean)).toEqual(overlap.pairs.map(({ ratio }) => ratio))
    // The combination of the chosen rounds gives the result of sparse sharing.
    const chosen = Object.fromEntries(subnets.map(({ task, chosen: [{ round }] }) => [task, round]))
    const same = combinations.find(({ rounds }) =>
      Object.entries(chosen).every(([task, round]) => rounds[task] === round),
    )!
    const sparse = methods.find(({ method }) => method === 'sparse')!
    for (const task of Object.keys(chosen)) expect(same.dev[task].mean).toBe(sparse.scores[task].dev.mean)
    const [markdown] = writeReports(store, experiment, join(folder, 'out')).map((path) => readFileSync(path, 'utf8'))
    expect(markdown).toContain('### Overlap against gain over hard sharing')
    expect(markdown).toContain('### Combinations of densities')
  })
})

describe('figures', () => {
  it('mean and sample standard deviation', () => {
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({
      mean: 5,
      deviation: expect.closeTo(Math.sqrt(32 / 7), 12),
    })
    expect([spread([]), spread([3])!.deviation]).toEqual([null, null])
  })

  it('random masks overlap as expected by chance', () => {
    const random = (name: string, share: number): Mask => ({
      layers: [{ name: 'W', shape: [400, 500], kept: new Draw('chance', name).kept(200_000, share) }],
    })
    const [a, b] = [random('a', 0.5), random('b', 0.3)]
    expect(overlapRatio([a, b])).toBeCloseTo(overlapByChance(density(a), density(b)), 2)
  })
})
