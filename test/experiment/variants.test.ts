/** Runs of every kind finish with exactly what belongs to them. */
import { describe, expect, it } from 'vitest'
import { jointSpec, roundSpec } from '../../main/experiment/specs.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import { keptCount } from '../../shared/network/mask.ts'
import { BACKENDS, FASTEST } from '../support/backends.ts'
import { differingNames } from '../support/arrays.ts'
import { corpusFiles, corpusText, loadTiny, tinyConfig } from '../support/corpus.ts'
import { created, expectWholeMetrics, finished, outcomeOf, runSession } from '../support/experiments.ts'
import { record } from '../support/training.ts'

async function outcome(config: ReturnType<typeof tinyConfig>, files?: Record<string, string>) {
  const found = outcomeOf(await finished(config, files))
  expectWholeMetrics(found)
  return { ...found, report: found.report!, keys: found.trainings.map(({ key }) => key) }
}

describe('methods', () => {
  it('hard alone: one training, no masks, no tickets', async () => {
    const { report, keys, masks } = await outcome(tinyConfig({ methods: ['hard'] }))
    expect(keys).toEqual(['hard'])
    expect(masks).toEqual({})
    expect(report.methods.map(({ method }) => method)).toEqual(['hard'])
    expect([report.tickets, report.overlap]).toEqual([[], null])
  })

  it('single alone: one dense training per task', async () => {
    const { report, keys, masks } = await outcome(tinyConfig({ methods: ['single'] }))
    expect(keys).toEqual(['imp/np/0', 'imp/pos/0'])
    expect(Object.keys(masks)).toEqual(['np/0', 'pos/0'])
    expect(report.methods.map(({ method }) => method)).toEqual(['single'])
    expect([report.tickets, report.overlap]).toEqual([[], null])
  })

  it('subnet alone: no joint training; single comes with it', async () => {
    const { report, keys } = await outcome(tinyConfig({ methods: ['subnet'] }))
    expect(keys).toEqual(['np', 'pos'].flatMap((task) => [0, 1, 2].map((round) => `imp/${task}/${round}`)))
    expect(report.methods.map(({ method }) => method)).toEqual(['single', 'subnet'])
    expect(report.tickets.map(({ candidates }) => candidates.length)).toEqual([3, 3])
  })

  it('sparse with one task has no overlap', async () => {
    const { report } = await outcome(tinyConfig({ tasks: { pos: { tags: 1 } } }))
    expect(report.overlap).toBeNull()
    expect(report.methods.map(({ method }) => method)).toEqual(['single', 'subnet', 'sparse'])
  })

  it('soft and hierarchical sharing, from the corpora to the report, after a warmup that they do not start from', async () => {
    const { report, keys, weights } = await outcome(
      tinyConfig({ methods: ['hard', 'soft', 'hierarchical'], warmup: { steps: 4 }, joint: { epochs: 1 } }),
    )
    expect(keys).toEqual(['hard', 'hierarchical', 'soft', 'warmup'])
    expect(report.methods.map(({ method }) => method)).toEqual(['hard', 'soft', 'hierarchical'])
    for (const { scores } of report.methods)
      for (const task of ['pos', 'np']) expect(scores[task].test!.value).toBeGreaterThanOrEqual(0)
    expect(Object.keys(weights.soft).filter((name) => name.startsWith('soft.'))).toHaveLength(9)
    expect(weights.hierarchical).toHaveProperty(['bilstm.1.forward.W'])
    expect(report.tickets).toEqual([])
  })

  it('sparse without a mask for each task is an error, never hard sharing', async () => {
    const config = tinyConfig()
    const { data } = await loadTiny(config)
    expect(() => jointSpec(config, data, 'sparse', new Map())).toThrow(/needs a mask for every task; pos has none/)
    expect(() => jointSpec(config, data, 'sparse', null)).toThrow(/needs a mask for every task/)
  })
})

describe('pruning', () => {
  it('stops at the minimum density', async () => {
    const { report, masks } = await outcome(
      tinyConfig({ methods: ['subnet'], imp: { epochs: 1, pruningRate: 0.5, minDensity: 0.2, maxRounds: null } }),
    )
    expect(report.tickets.map(({ candidates }) => candidates.length)).toEqual([4, 4])
    expect(keptCount(masks['pos/3'])).toBeLessThanOrEqual(Math.round(0.2 * report.prunable))
    expect(keptCount(masks['pos/2'])).toBeGreaterThan(0.2 * report.prunable)
  })

  it('by layer prunes every layer by the same rate', async () => {
    const { masks } = await outcome(tinyConfig({ methods: ['subnet'], imp: { scope: 'layer', maxRounds: 1 } }))
    for (const { kept } of masks['np/1'].layers)
      expect(keptCount({ layers: [{ name: '', shape: [], kept }] })).toBe(kept.length - Math.round(0.4 * kept.length))
  })
})

describe('warmup', () => {
  it('comes first, and all later trainings start from θ⁽ʷ⁾', async () => {
    const config = tinyConfig({ methods: ['single'], warmup: { steps: 7, epochs: 1 } })
    const warm = await outcome(config)
    expect(warm.keys).toEqual(['imp/np/0', 'imp/pos/0', 'warmup'])
    // An epoch has 10 batches of each of the two tasks.
    expect(warm.steps.warmup.length).toBe(20 + 7)
    expect(new Set(warm.steps.warmup.map(({ task }) => task))).toEqual(new Set(['pos', 'np']))
    const { data } = await loadTiny(config)
    await FASTEST.use()
    const spec = roundSpec(config, data, { phase: 'imp', task: 'pos', round: 0 }, warm.masks['pos/0'])
    expect((await record(spec, data, { start: warm.weights.warmup })).epochs).toEqual(warm.epochs['imp/pos/0'])
    expect((await record(spec, data)).epochs).not.toEqual(warm.epochs['imp/pos/0'])
  })
})

describe('models', () => {
  it.each([
    ['two layers', { layers: 2 }, ['bilstm.1.forward.W', 'bilstm.1.backward.W']],
    ['CRF', { crf: true }, ['head.np.transitions', 'head.np.start']],
  ])('%s', async (_, model, names) => {
    const { report, weights } = await outcome(tinyConfig({ methods: ['hard', 'sparse'], model }))
    expect(report.methods.map(({ method }) => method)).toEqual(['single', 'subnet', 'hard', 'sparse'])
    for (const name of names) expect(weights.sparse[name].data.some((value) => value !== 0)).toBe(true)
  })
})

describe('data', () => {
  it('tasks on different corpora, one of them without test', async () => {
    const config = tinyConfig({
      methods: ['hard', 'sparse'],
      corpora: { big: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' }, small: { train: 'small.txt' } },
      tasks: { pos: { corpus: 'big', tags: 1 }, np: { corpus: 'small', tags: 2 } },
      joint: { epochs: 4 },
    })
    const { report, steps } = await outcome(config, { ...corpusFiles(60), 'small.txt': corpusText('small', 22) })
    expect(report.tasks.map(({ name, train, dev, test }) => ({ name, train, dev, test }))).toEqual([
      { name: 'pos', train: 60, dev: 15, test: 15 },
      { name: 'np', train: 20, dev: 2, test: null },
    ])
    for (const { scores } of report.methods) {
      expect(scores.pos.test).not.toBeNull()
      expect(scores.np.test).toBeNull()
    }
    // Three sentences of pos for one of np.
    const drawn = steps.sparse.filter(({ task }) => task === 'pos').length / steps.sparse.length
    expect(drawn).toBeGreaterThan(0.6)
    expect(drawn).toBeLessThan(0.9)
  })

  it('position prediction is a task without a column', async () => {
    const { report } = await outcome(
      tinyConfig({
        tasks: { np: { tags: 2 }, pp: { synthetic: 'position' } },
        optimizer: { learningRate: 0.3 },
        imp: { epochs: 6 },
      }),
    )
    expect(report.tasks[1]).toMatchObject({ name: 'pp', kind: 'token', score: 'accuracy', tags: 7 })
    expect(report.methods.find(({ method }) => method === 'single')!.scores.pp.dev.value).toBeGreaterThan(50)
  })
})

describe('backends', () => {
  it.each(BACKENDS.map(({ name }) => name as BackendName))('%s, from the corpora to the report', async (backend) => {
    const config = tinyConfig({
      backend,
      methods: ['hard', 'sparse'],
      imp: { epochs: 1, maxRounds: 1 },
      joint: { epochs: 1 },
      model: { crf: true },
    })
    const experiment = await finished(config, corpusFiles(16))
    expect(experiment.store.getRun(experiment.runId).environment).toMatchObject({
      backend,
      isa: backend === 'native' ? expect.any(String) : null,
    })
    expect(outcomeOf(experiment).report!.methods.length).toBe(4)
  })

  it.each(BACKENDS.map(({ name }) => name as BackendName).filter((name) => name !== 'cpu'))(
    '%s and plain TensorFlow.js come to the same losses, up to rounding, though not to the same bits',
    async (fast) => {
      const [actual, cpu] = await Promise.all(
        ([fast, 'cpu'] as const).map((backend) =>
          outcome(tinyConfig({ backend, methods: ['hard'], joint: { epochs: 1 } }), corpusFiles(16)),
        ),
      )
      actual.steps.hard.forEach(({ loss }, step) => expect(loss).toBeCloseTo(cpu.steps.hard[step].loss, 4))
      expect(differingNames(actual.weights.hard, cpu.weights.hard).length).toBeGreaterThan(0)
    },
  )

  it('reports every training’s start, end and chosen ticket', async () => {
    const { events } = await runSession(await created(tinyConfig()))
    const count = (type: string) => events.filter((event) => event.type === type).length
    expect([count('trainingStart'), count('trainingEnd'), count('ticketChosen'), count('status')]).toEqual([7, 7, 2, 2])
    expect(events.flatMap((event) => (event.type === 'stage' ? [event.stage] : []))).toEqual([
      'data',
      'imp',
      'sparse',
      'test',
    ])
  })
})
