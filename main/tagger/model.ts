/** What a tagger needs: the networks of one method of a run, and their vocabulary. The training data is not needed. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Mask } from '../../shared/network/mask.ts'
import { METHOD_NAMES, METHODS, type Method } from '../../shared/settings/methods.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import type { TicketReport } from '../../shared/runs/report.ts'
import type { TaggingChoices } from '../../shared/protocol/requests/tagging.ts'
import type { TaggerInfo } from '../../shared/tags/tagging.ts'
import { chosenRounds, networksOf, type TrainedNetwork } from '../../shared/runs/methodNetworks.ts'
import { trainingKey } from '../../shared/runs/training.ts'
import { readTokenConventions, type TokenConventions } from '../../shared/tags/tokenConventions.ts'
import { shareBundle } from '../data/sharedArrays.ts'
import type { VocabularyJson } from '../data/vocabulary.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import { methodShape, type ShapeOfData } from '../nn/initialWeights.ts'
import { DOCUMENTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { Store } from '../store/types.ts'

/** Plain data, which is posted to the tagging threads. Weights are in shared memory. */
export interface TaggerModel {
  info: TaggerInfo
  vocabulary: VocabularyJson
  /** How the training corpora split text into tokens; null if an earlier version trained the run. */
  tokens: TokenConventions | null
  backend: ExperimentConfig['backend']
  networks: TaggerNetwork[]
}

/** One network and the tasks it tags, each under its mask. A mask of null keeps every weight. */
export interface TaggerNetwork {
  shape: NetworkShape
  weights: ArrayBundle
  tasks: TaggerTask[]
}

export interface TaggerTask {
  name: string
  mask: Mask | null
  /** Scores are divided by it for the confidence of tags; absent: 1. It changes no tag. */
  temperature?: number
  /** The temperature that was fitted on dev, whether it is used or not; absent: none was. */
  fitted?: number
}

export interface ModelChoice {
  /** Default: sparse sharing, else the first of hard, hierarchical, soft, subnet, single that the run has. */
  method?: Method | undefined
  /** Default: all tasks. */
  tasks?: readonly string[] | undefined
  /** Use the temperatures that were fitted on dev. Default: as the run, or the packed model, is set. */
  calibrated?: boolean | undefined
}

/** The model of a run. Throws an Error that says what the run lacks, and a StoreError if there is no such run. */
export function loadModel(store: Store, reference: string, choice: ModelChoice = {}): TaggerModel {
  const { method, tasks } = choice
  return store.read(() => {
    const run = store.getRun(reference)
    const vocabulary = store.loadDocument<VocabularyJson>(run.id, DOCUMENTS.vocabulary)
    if (vocabulary === null)
      throw new Error(
        `run ${run.id} has no vocabulary, which a tagger needs; it was recorded by a version that kept none`,
      )
    const wanted = checkTasks(run, Object.keys(vocabulary.tasks), tasks)
    const chosen = method ?? defaultMethod(store, run, wanted)
    const networks = networksFor(store, run, chosen, wanted).map((network) =>
      loadNetwork(store, run, vocabulary, chosen, network),
    )
    const calibrated = choice.calibrated ?? isCalibrated(store, run.id)
    const info = wanted.map((name) => ({ name, ...vocabulary.tasks[name] }))
    return {
      info: { run: run.id, name: run.name, method: chosen, tasks: info },
      vocabulary,
      tokens: loadTokens(store, run.id),
      backend: run.config.backend,
      networks: calibrated ? networks.map(withTemperatures) : networks,
    }
  })
}

/** The network with the temperatures that were fitted on dev in use. */
export function withTemperatures(network: TaggerNetwork): TaggerNetwork {
  return { ...network, tasks: network.tasks.map((task) => ({ ...task, temperature: task.fitted ?? 1 })) }
}

function loadTokens(store: Store, run: string): TokenConventions | null {
  const stored = store.loadDocument<unknown>(run, DOCUMENTS.tokens)
  return stored === null ? null : readTokenConventions(stored)
}

/** Whether a run tags with the temperatures that were fitted on dev. */
export function isCalibrated(store: Store, run: string): boolean {
  return store.loadDocument<{ use: boolean }>(run, DOCUMENTS.calibration)?.use === true
}

/** Methods whose networks a run has. */
export function methodsOf(store: Store, run: RunRecord, tasks = Object.keys(run.config.tasks)): Method[] {
  const kept = new Set(
    store
      .listArtifacts(run.id)
      .filter(({ name }) => name === TRAINING_ARTIFACTS.bestWeights)
      .map(({ training }) => training),
  )
  const chosen = chosenIn(store, run)
  return METHODS.filter((method) =>
    networksOf(method, tasks, chosen)?.every(({ training }) => kept.has(trainingKey(training))),
  )
}

/** The methods and tasks a run can tag with; no weights are loaded. Throws a StoreError if there is no such run. */
export function choicesOf(store: Store, reference: string): TaggingChoices {
  return store.read(() => {
    const run = store.getRun(reference)
    const tasks = store.loadDocument<VocabularyJson>(run.id, DOCUMENTS.vocabulary)?.tasks ?? {}
    const methods = methodsOf(store, run)
    const described = Object.entries(tasks).map(([name, task]) => ({ name, ...task }))
    return {
      run: run.id,
      name: run.name,
      status: run.status,
      interrupted: run.interrupted,
      methods,
      method: firstOf(methods),
      tasks: described,
      corpusTokens: loadTokens(store, run.id) !== null,
    }
  })
}

function checkTasks(run: RunRecord, present: string[], wanted: readonly string[] | undefined): string[] {
  for (const name of wanted ?? [])
    if (!present.includes(name)) throw new Error(`run ${run.id} has no task ${name}; it has ${present.join(', ')}`)
  return present.filter((name) => wanted === undefined || wanted.includes(name))
}

function defaultMethod(store: Store, run: RunRecord, tasks: string[]): Method {
  const first = firstOf(methodsOf(store, run, tasks))
  if (first === null)
    throw new Error(
      `run ${run.id} has no trained network yet; train it to its end first: sparse-sharing resume ${run.id}`,
    )
  return first
}

/** The default method. */
function firstOf(present: Method[]): Method | null {
  return (
    (['sparse', 'hard', 'hierarchical', 'soft', 'subnet', 'single'] as const).find((method) =>
      present.includes(method),
    ) ?? null
  )
}

/** The trained networks of a method. Throws an Error if a subnet is not chosen yet. */
function networksFor(store: Store, run: RunRecord, method: Method, tasks: string[]): TrainedNetwork[] {
  const found = networksOf(method, tasks, chosenIn(store, run))
  if (found === null)
    throw new Error(
      `run ${run.id} has not chosen its subnets yet, which ${METHOD_NAMES[method]} needs; train it to its end first: ` +
        `sparse-sharing resume ${run.id}`,
    )
  return found
}

/** The rounds chosen by hand or in an earlier run, and those that this run chose. */
function chosenIn(store: Store, run: RunRecord): Map<string, number> {
  return chosenRounds([
    ...(store.loadDocument<TicketReport[]>(run.id, DOCUMENTS.tickets) ?? []),
    ...(run.report?.tickets ?? []),
  ])
}

function loadNetwork(
  store: Store,
  run: RunRecord,
  vocabulary: VocabularyJson,
  method: Method,
  { training, tasks }: TrainedNetwork,
): TaggerNetwork {
  const weights = store.loadArtifact(run.id, training, TRAINING_ARTIFACTS.bestWeights)
  if (weights === null) {
    const present = methodsOf(store, run)
    throw new Error(
      `run ${run.id} has no weights of ${METHOD_NAMES[method]} (${trainingKey(training)}); it has ` +
        (present.length === 0 ? 'none at all' : present.map((name) => `${name} (${METHOD_NAMES[name]})`).join(', ')),
    )
  }
  const fitted = store.temperatures(run.id, method)
  return {
    shape: shapeOf(
      run.config,
      vocabulary,
      method,
      tasks.map(({ name }) => name),
    ),
    weights: shareBundle(weights),
    tasks: tasks.map(({ name, round }) => ({
      name,
      mask: round === null ? null : loadMask(store, run, name, round),
      ...(fitted.has(name) && { fitted: fitted.get(name)! }),
    })),
  }
}

/** The shape that the network was trained with, from the stored vocabulary. */
function shapeOf(config: ExperimentConfig, vocabulary: VocabularyJson, method: Method, tasks: string[]): NetworkShape {
  const described = Object.entries(vocabulary.tasks).map(([name, { kind, tagNames }]) => ({
    name,
    kind,
    tagCount: tagNames.length,
  }))
  const data: ShapeOfData = { wordCount: vocabulary.words.length, charCount: vocabulary.chars.length, tasks: described }
  return methodShape(config, data, method, tasks)
}

function loadMask(store: Store, run: RunRecord, task: string, round: number): Mask {
  const mask = store.loadMask(run.id, task, round)
  // Without it the network would silently be another one.
  if (mask === null) throw new Error(`run ${run.id} has no mask of ${task} in round ${round}`)
  return mask
}
