/**
 * A core that does not train: it emits events, metrics and reports of the right shape, on the real store, and
 * resumes.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { MethodResult, Report } from '../../shared/runs/report.ts'
import type { EpochMetric, Score, TrainingId, TrainingResult } from '../../shared/runs/training.ts'
import type { Core } from '../../main/cli/core.ts'
import { lastRound } from '../../shared/settings/plan.ts'
import { openStore } from '../../main/store/index.ts'
import type { Store } from '../../main/store/types.ts'

const STEPS_AN_EPOCH = 20
const TOKENS_A_STEP = 150

class FakeControl {
  stopped = false
  stop(): void {
    this.stopped = true
  }
}

export function fakeCore(stepMs = 0): Core {
  return {
    openStore,
    newControl: () => new FakeControl(),
    async createRun(store, config, _baseDir, options) {
      const datasets = Object.entries(config.corpora).map(([corpus, { train }]) => ({
        hash: 'ab'.repeat(32),
        path: train,
        bytes: 1234,
        corpus,
        split: 'train' as const,
        sentences: 14041,
        tokens: 203621,
      }))
      const environment = {
        product: '0.1.0',
        node: 'v24.0.0',
        platform: 'linux x64',
        cpu: 'some cpu',
        backend: 'cpu',
        isa: null,
        threads: 2,
        packages: {},
      }
      const run = store.createRun({ name: config.name, config, environment, datasets, ...options })
      return { runId: run.id, warnings: ['main: 3 sentences are very long'] }
    },
    async runExperiment(store, runId, { onEvent, control }) {
      const { config } = store.claimRun(runId)
      if (config.name === 'fails') {
        store.setStatus(runId, 'failed', 'no luck')
        throw new Error('no luck')
      }
      const fake = new FakeRun(store, runId, config, onEvent, control as FakeControl, stepMs)
      const outcome = await fake.run()
      if (outcome === 'finished') {
        store.saveReport(runId, fakeReport(config))
        saveFakePredictions(store, runId)
      }
      store.setStatus(runId, outcome)
      onEvent({ type: 'status', status: outcome, message: null })
      return outcome
    },
  }
}

/** Three tokens of ner on dev: a person found, an organisation taken for a place. */
function saveFakePredictions(store: Store, run: string): void {
  const prediction = {
    tags: Int32Array.of(1, 0, 3),
    confidence: Uint8Array.of(250, 240, 150),
    calibrated: Uint8Array.of(240, 230, 140),
    temperature: 1.2,
  }
  store.saveEvaluation(run, {
    evaluated: {
      ...{ task: 'ner', split: 'dev', kind: 'span', score: 'spanF1', scheme: 'IOB2' },
      tagNames: ['O', 'B-PER', 'B-ORG', 'B-LOC'],
      sentenceStart: Int32Array.of(0, 3),
      gold: Int32Array.of(1, 0, 2),
      traits: new Uint8Array(3),
    },
    predictions: (['single', 'sparse'] as const).map((method) => ({ method, ...prediction })),
  })
}

class FakeRun {
  private readonly store: Store
  private readonly runId: string
  private readonly config: ExperimentConfig
  private readonly onEvent: (event: RunEvent) => void
  private readonly control: FakeControl
  private readonly stepMs: number

  constructor(
    store: Store,
    runId: string,
    config: ExperimentConfig,
    onEvent: (event: RunEvent) => void,
    control: FakeControl,
    stepMs: number,
  ) {
    this.store = store
    this.runId = runId
    this.config = config
    this.onEvent = onEvent
    this.control = control
    this.stepMs = stepMs
  }

  async run(): Promise<'finished' | 'stopped'> {
    const { imp, joint, tasks } = this.config
    this.onEvent({ type: 'stage', stage: 'imp', message: 'Finding a subnet for each task' })
    await Promise.all(
      Object.keys(tasks).map(async (task) => {
        for (let round = 0; round <= lastRound(imp); round++) {
          const density = (1 - imp.pruningRate) ** round
          await this.training({ phase: 'imp', task, round }, imp.epochs, { [task]: density })
        }
        if (!this.control.stopped) this.onEvent({ type: 'ticketChosen', task, round: 1, density: 0.8913, dev: 90.5 })
      }),
    )
    if (this.control.stopped) return 'stopped'
    this.onEvent({ type: 'stage', stage: 'sparse', message: 'Joint training under the masks' })
    const density = Object.fromEntries(Object.keys(tasks).map((task) => [task, 0.8913]))
    await this.training({ phase: 'sparse', task: null, round: null }, joint.epochs, density)
    return this.control.stopped ? 'stopped' : 'finished'
  }

  private async training(id: TrainingId, epochs: number, density: Record<string, number>): Promise<void> {
    if (this.control.stopped || this.store.training(this.runId, id)?.state === 'finished') return
    const tasks = Object.keys(density)
    const perEpoch = STEPS_AN_EPOCH * tasks.length
    const totalSteps = epochs * perEpoch
    const from = this.store.loadCheckpoint(this.runId, id)?.epoch ?? 0
    this.onEvent({
      type: 'trainingStart',
      id,
      density,
      totalSteps,
      resumedAtStep: from * perEpoch,
      totalEpochs: epochs,
    })
    this.store.commit(this.runId, { id, start: { totalSteps } })
    let metric = this.store.epochMetrics(this.runId, id).at(-1)
    for (let epoch = from; epoch < epochs; epoch++) {
      for (let i = 0; i < perEpoch; i++) {
        const step = epoch * perEpoch + i
        if (this.stepMs > 0) await sleep(this.stepMs)
        this.onEvent({
          type: 'steps',
          id,
          steps: [{ step, epoch, task: tasks[i % tasks.length], loss: 1 / (1 + step), tokens: TOKENS_A_STEP }],
        })
      }
      metric = fakeEpoch(epoch, (epoch + 1) * perEpoch, tasks)
      this.onEvent({ type: 'epoch', id, metric })
      this.store.commit(this.runId, {
        id,
        epochs: [metric],
        checkpoint: { step: metric.step, epoch: epoch + 1, state: {}, scalars: {} },
      })
      if (this.control.stopped) return
    }
    const result: TrainingResult = { density, bestEpoch: epochs - 1, epochs, dev: metric!.dev }
    this.store.commit(this.runId, { id, result })
    this.onEvent({ type: 'trainingEnd', id, result })
  }
}

function fakeEpoch(epoch: number, step: number, tasks: string[]): EpochMetric {
  return {
    epoch,
    step,
    best: true,
    trainSeconds: 1.5,
    evalSeconds: 0.5,
    loss: Object.fromEntries(tasks.map((task) => [task, 0.5 / (epoch + 1)])),
    dev: Object.fromEntries(tasks.map((task) => [task, f1(80 + epoch)])),
  }
}

function f1(value: number): Score {
  return { name: 'spanF1', value }
}

/** A report in which all numbers differ. */
export function fakeReport(config: ExperimentConfig): Report {
  const tasks = Object.keys(config.tasks)
  const scoreOf = (task: string, value: number): Score => ({ name: task === 'pos' ? 'accuracy' : 'spanF1', value })
  const methods: MethodResult[] = config.methods.map((method, m) => ({
    method,
    params: [1_601_790, 811_000, 533_930, 396_123][m],
    scores: Object.fromEntries(
      tasks.map((task, t) => [
        task,
        { dev: scoreOf(task, 90 + m + t / 10), test: scoreOf(task, 89 + m + t / 10), bestEpoch: 3 },
      ]),
    ),
  }))
  const pairs = tasks.flatMap((a, i) => tasks.slice(i + 1).map((b, j) => ({ a, b, ratio: 0.2 + 0.1 * i + 0.01 * j })))
  return {
    tasks: tasks.map((name) => ({
      name,
      kind: name === 'pos' ? 'token' : 'span',
      score: name === 'pos' ? 'accuracy' : 'spanF1',
      tags: 9,
      train: 14041,
      dev: 3250,
      test: 3453,
    })),
    methods,
    tickets: tasks.map((task, t) => ({
      task,
      chosen: t,
      candidates: Array.from({ length: 5 }, (_, round) => ({
        round,
        density: 0.89 ** round,
        kept: Math.round(530_730 * 0.89 ** round),
        dev: scoreOf(task, round === t ? 95.25 : 90 + round),
      })),
    })),
    overlap: {
      all: 0.123,
      pairs,
      layers: ['charCnn.W', 'bilstm.0.fw.W', 'bilstm.0.bw.W'].map((layer) => ({ layer, all: 0.321, pairs })),
    },
    prunable: 530_730,
  }
}

/** A machine whose backends are not probed. */
const refused = () => {
  throw new Error('the fake core has no devices')
}
export const NO_DEVICES = {
  probeOnFirstStart: async () => {},
  probeBackends: refused,
  deviceReport: refused,
  preferBackend: refused,
  diagnostics: refused,
}
