/** Experiments in miniature over real files, a real database and real training threads. */
import { join } from 'node:path'
import { expect } from 'vitest'
import {
  createRun,
  runExperiment,
  RunControl,
  type SessionOptions as RunSessionOptions,
} from '../../main/experiment/lifecycle.ts'
import { openStore } from '../../main/store/index.ts'
import { TRAINING_ARTIFACTS } from '../../main/store/artifacts.ts'
import type { Store } from '../../main/store/types.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { Report } from '../../shared/runs/report.ts'
import { trainingKey, type EpochMetric, type StepMetric, type TrainingResult } from '../../shared/runs/training.ts'
import { expectSameBits, sameBits } from './arrays.ts'
import { afterFile } from './cleanup.ts'
import { corpusFiles, folderOf } from './corpus.ts'

export interface Experiment {
  store: Store
  database: string
  folder: string
  runId: string
  warnings: string[]
  /** The data as it was read at creation, until the first session takes it. */
  loaded?: RunSessionOptions['loaded']
  config: ExperimentConfig
}

/** Records an experiment over these files in a database of its own. */
export async function created(config: ExperimentConfig, files = corpusFiles()): Promise<Experiment> {
  const folder = folderOf(files)
  const database = join(folder, 'runs.db')
  const store = openStore(database)
  afterFile(() => store.close())
  return { store, database, folder, config, ...(await createRun(store, config, folder)) }
}

export interface SessionOptions extends Pick<RunSessionOptions, 'backend' | 'modules'> {
  /** Asked at every event: true stops the run at its next checkpoint. */
  stopAt?(event: RunEvent): boolean
  onEvent?(event: RunEvent): void
}

/** One session of a run. */
export async function runSession(
  experiment: Experiment,
  { stopAt, onEvent, ...where }: SessionOptions = {},
): Promise<{ end: 'finished' | 'stopped'; events: RunEvent[] }> {
  const { store, runId, loaded } = experiment
  delete experiment.loaded
  const control = new RunControl()
  const events: RunEvent[] = []
  const end = await runExperiment(store, runId, {
    control,
    checkpointSeconds: 0.02,
    loaded,
    ...where,
    onEvent(event) {
      events.push(event)
      onEvent?.(event)
      if (stopAt?.(event)) control.stop()
    },
  })
  return { end, events }
}

export async function finished(config: ExperimentConfig, files?: Record<string, string>): Promise<Experiment> {
  const experiment = await created(config, files)
  expect((await runSession(experiment)).end).toBe('finished')
  return experiment
}

/** Everything about a run that must be reproducible: all but identity and wall-clock times. */
export interface Outcome {
  report: Report | null
  trainings: { key: string; state: string; result: TrainingResult | null; totalSteps: number }[]
  steps: Record<string, StepMetric[]>
  epochs: Record<string, Omit<EpochMetric, 'trainSeconds' | 'evalSeconds'>[]>
  masks: Record<string, Mask>
  weights: Record<string, ArrayBundle>
  artifacts: { training: string; name: string }[]
}

export function outcomeOf({ store, runId }: Pick<Experiment, 'store' | 'runId'>): Outcome {
  // The order in which parallel trainings start is not defined.
  const trainings = store.trainings(runId).toSorted((a, b) => (trainingKey(a.id) < trainingKey(b.id) ? -1 : 1))
  const byKey = <T>(value: (id: (typeof trainings)[number]['id']) => T) =>
    Object.fromEntries(trainings.map(({ id }) => [trainingKey(id), value(id)]))
  const masks = store
    .listMasks(runId)
    .map(({ task, round }) => [`${task}/${round}`, store.loadMask(runId, task, round)!] as const)
  const artifacts = store
    .listArtifacts(runId)
    .map(({ training, name }) => ({ training, name }))
    .toSorted((a, b) => (a.training + a.name < b.training + b.name ? -1 : 1))
  const weights = byKey((id) => store.loadArtifact(runId, id, TRAINING_ARTIFACTS.bestWeights))
  return {
    report: store.getRun(runId).report,
    trainings: trainings.map(({ id, state, result, totalSteps }) => ({
      key: trainingKey(id),
      state,
      result,
      totalSteps,
    })),
    steps: byKey((id) => store.stepMetrics(runId, id)),
    epochs: byKey((id) =>
      store.epochMetrics(runId, id).map(({ trainSeconds: _, evalSeconds: __, ...metric }) => metric),
    ),
    masks: Object.fromEntries(masks),
    weights: Object.fromEntries(
      Object.entries(weights).filter((entry): entry is [string, ArrayBundle] => entry[1] !== null),
    ),
    artifacts,
  }
}

/** Weights by bits, everything else by value. */
export function expectSameOutcome(actual: Outcome, expected: Outcome): void {
  expect(expected.report).not.toBeNull()
  expect(actual.report).toEqual(expected.report)
  expect(actual.trainings).toEqual(expected.trainings)
  expect(actual.epochs).toEqual(expected.epochs)
  expect(actual.steps).toEqual(expected.steps)
  expect(actual.artifacts).toEqual(expected.artifacts)
  expect(Object.keys(actual.masks)).toEqual(Object.keys(expected.masks))
  for (const [key, { layers }] of Object.entries(expected.masks)) {
    expect(
      layers.every(({ kept }, l) => sameBits(kept, actual.masks[key].layers[l].kept)),
      `mask ${key}`,
    ).toBe(true)
  }
  expect(Object.keys(actual.weights)).toEqual(Object.keys(expected.weights))
  for (const [key, weights] of Object.entries(expected.weights)) expectSameBits(actual.weights[key], weights)
}

/** Steps 0, 1, 2, … and epochs 0, 1, 2, … of every training: none missing, none twice. */
export function expectWholeMetrics({ trainings, steps, epochs }: Outcome): void {
  expect(trainings.length).toBeGreaterThan(0)
  for (const { key, result } of trainings) {
    expect(
      epochs[key].map(({ epoch }) => epoch),
      key,
    ).toEqual(Array.from({ length: result!.epochs }, (_, e) => e))
    expect(
      steps[key].map(({ step }) => step),
      key,
    ).toEqual(Array.from({ length: epochs[key].at(-1)!.step }, (_, s) => s))
  }
}
