/**
 * Adds tasks to a finished run: finds that run, checks whether the config can extend it, and copies what is needed, so
 * that the new run does not depend on it. A subnet is valid for the weights it started from, so everything that θ⁽⁰⁾
 * and the network depend on must be the same. The encoder's θ⁽⁰⁾ is a pure function of seed and name: it does not
 * depend on the vocabulary.
 */
import { configSchema, type ExperimentConfig } from '../../shared/settings/config.ts'
import { configDifference } from '../../shared/settings/difference.ts'
import { own } from '../../shared/util/nested.ts'
import { extendsPrivately } from '../../shared/settings/plan.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import { ConfigError, type Problem } from '../config/problems.ts'
import type { LoadedData } from '../data/load.ts'
import { Vocabulary, type VocabularyJson } from '../data/vocabulary.ts'
import type { Weights } from '../nn/network.ts'
import { transferWeights } from '../nn/transferWeights.ts'
import { networkShape } from '../nn/initialWeights.ts'
import { DOCUMENTS, RUN_ARTIFACTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { DatasetRecord, RunRecord, Store } from '../store/types.ts'
import { keepTickets, pickRounds, type GivenTickets } from './givenTickets.ts'
import { foundTickets } from './tickets.ts'

export interface Extension extends GivenTickets {
  /** Of the run to extend. */
  vocabulary: Vocabulary
  warnings: string[]
}

const SPARSE: TrainingId = { phase: 'sparse', task: null, round: null }
const WARMUP: TrainingId = { phase: 'warmup', task: null, round: null }
/** Settings that change neither start weights nor network: where only these differ, a warning is enough. */
const HARMLESS = /^(optimizer\..*|model\.(dropout|wordDropout))$/

/**
 * The run that `config.extend` names, as this config extends it; null where it names none. Paths must be absolute.
 * Throws a StoreError where there is no such run, a ConfigError where it cannot be extended, or not by this config.
 */
export function lookUpExtension(store: Store, config: ExperimentConfig): Extension | null {
  if (config.extend.run === null) return null
  const source = store.getRun(config.extend.run)
  const earlier = configSchema.parse(source.config)
  const problems: Problem[] = []
  const report = (message: string) =>
    problems.push({ where: null, path: ['extend', 'run'], message: `extend.run: run ${source.id} ${message}` })
  const throwIfAny = () => {
    if (problems.length > 0) throw new ConfigError(problems)
  }
  const vocabulary = store.loadDocument<VocabularyJson>(source.id, DOCUMENTS.vocabulary)
  if (source.status !== 'finished' || source.report === null) report(`is ${source.status}, expected a finished one`)
  else if (source.report.tickets.length === 0) report('has no subnets: it trained without pruning')
  else if (extendsPrivately(config) && trainedWeights(store, source) === null)
    report('has no weights of sparse sharing to keep; extend.how joint trains all tasks together again')
  throwIfAny()

  const { refused, harmless } = settingsUnlike(earlier, config)
  if (refused.length > 0)
    report(
      `has other settings, so its subnets do not fit this network: ${refused.join('; ')}. Use its settings, as ` +
        'the command extend does',
    )
  entriesUnlike(earlier, config).forEach(report)
  const added = Object.keys(config.tasks).filter((task) => !Object.hasOwn(earlier.tasks, task))
  if (added.length === 0)
    report(`has the tasks ${Object.keys(earlier.tasks).join(', ')}; name at least one that it does not have`)
  for (const task of Object.keys(config.extend.rounds).filter((name) => !Object.hasOwn(earlier.tasks, name)))
    report(`has no task ${task}, which extend.rounds names; it has ${Object.keys(earlier.tasks).join(', ')}`)
  const tickets = pickRounds(
    foundTickets(store, source),
    Object.keys(earlier.tasks),
    config.extend.rounds,
    'extend.rounds',
    report,
  )
  if (extendsPrivately(config)) {
    for (const { task, chosen } of source.report!.tickets) {
      const round = own(config.extend.rounds, task) ?? chosen
      if (round !== chosen)
        report(
          `trained ${task} in the subnet of round ${chosen}, not ${round}; extend.how private can only keep that one`,
        )
    }
  }
  throwIfAny()
  const rounds = Object.fromEntries(tickets.map(({ task, chosen }) => [task, chosen]))
  return {
    source,
    tickets,
    config: { ...merged(earlier, config), extend: { ...config.extend, run: source.id, rounds } },
    vocabulary: Vocabulary.fromJSON(vocabulary!),
    warnings:
      harmless.length === 0 ? [] : [`Run ${source.id} trained its tasks with other settings: ${harmless.join('; ')}.`],
  }
}

/** Copies masks, candidates and start weights into a new run. */
export function keepExtension(
  store: Store,
  runId: string,
  extension: Extension,
  { data, vocabulary }: LoadedData,
): void {
  const { source, config } = extension
  keepTickets(store, runId, extension)
  const warm =
    store.loadArtifact(source.id, WARMUP, TRAINING_ARTIFACTS.bestWeights) ??
    store.loadArtifact(source.id, null, RUN_ARTIFACTS.carriedStart)
  if (warm !== null) {
    const start = transferWeights(
      { weights: warm, words: extension.vocabulary },
      { shape: networkShape(config.model, data), words: vocabulary },
      config.seed,
      data.vectors,
    )
    store.saveArtifact(runId, null, RUN_ARTIFACTS.carriedStart, start)
  }
  if (extendsPrivately(config)) store.saveArtifact(runId, null, RUN_ARTIFACTS.extended, trainedWeights(store, source))
}

/** Throws a ConfigError where the files of the extended run have other bytes now. They may have moved. */
export function requireFilesOf({ source }: Extension, found: readonly DatasetRecord[]): void {
  const problems = source.datasets.flatMap(({ corpus, split, path, hash }): Problem[] => {
    const now = found.find((one) => one.corpus === corpus && one.split === split)
    if (now?.hash === hash) return []
    const what =
      now === undefined
        ? 'is not given'
        : `differs from the file that run ${source.id} had: SHA-256 ${now.hash.slice(0, 12)}…, was ` +
          `${hash.slice(0, 12)}…`
    return [
      {
        where: null,
        message: `${now?.path ?? path} (${split === 'vectors' ? 'word vectors' : `${split} of ${corpus}`}) ${what}`,
      },
    ]
  })
  if (problems.length > 0) throw new ConfigError(problems)
}

function trainedWeights(store: Store, { id }: RunRecord): Weights | null {
  return store.loadArtifact(id, SPARSE, TRAINING_ARTIFACTS.bestWeights)
}

/**
 * The differing settings of model, start weights and optimiser. Word vectors may have another path: their bytes are
 * compared.
 */
function settingsUnlike(
  earlier: ExperimentConfig,
  config: ExperimentConfig,
): { refused: string[]; harmless: string[] } {
  const compared = ({ seed, warmup, model, optimizer }: ExperimentConfig) => ({
    seed,
    warmup,
    optimizer,
    model: { ...model, vectors: model.vectors === null ? 'none' : 'a file' },
  })
  const { differing } = configDifference([compared(config), compared(earlier)])
  const described = (harmless: boolean) =>
    differing
      .filter(({ name }) => HARMLESS.test(name) === harmless)
      .map(({ name, values: [now, then] }) => `${name} is ${String(now)}, there ${String(then)}`)
  return { refused: described(false), harmless: described(true) }
}

/** Corpora and tasks that both configs name with different settings. Files are compared by their bytes. */
function entriesUnlike(earlier: ExperimentConfig, config: ExperimentConfig): string[] {
  const [old, now] = [withCorpora(earlier), withCorpora(config, Object.keys(earlier.corpora))]
  const reading = ({ train: _, dev: __, test: ___, ...rest }: ExperimentConfig['corpora'][string]) => rest
  const tagging = ({ layer: _, ...rest }: ExperimentConfig['tasks'][string]) => rest
  const unlike = <T, R>(section: string, before: Record<string, T>, after: Record<string, T>, part: (entry: T) => R) =>
    Object.keys(after)
      .filter((name) => Object.hasOwn(before, name))
      .flatMap((name) =>
        configDifference([part(after[name]), part(before[name])]).differing.map(
          ({ name: key, values }) =>
            `has another ${section}.${name}: ${key} is ${String(values[0])}, there ${String(values[1])}; leave it out, or give ` +
            'the new one another name',
        ),
      )
  return [...unlike('corpora', earlier.corpora, config.corpora, reading), ...unlike('tasks', old, now, tagging)]
}

/** The earlier run's corpora and tasks, then the new ones. */
function merged(earlier: ExperimentConfig, config: ExperimentConfig): ExperimentConfig {
  return {
    ...config,
    corpora: { ...earlier.corpora, ...config.corpora },
    tasks: { ...withCorpora(earlier), ...withCorpora(config, Object.keys(earlier.corpora)) },
  }
}

/**
 * The tasks with their corpus named, for there may be several now. A task without one is of the only corpus that is not
 * `known`.
 */
function withCorpora({ corpora, tasks }: ExperimentConfig, known: string[] = []): ExperimentConfig['tasks'] {
  const names = Object.keys(corpora)
  const own = names.length === 1 ? names : names.filter((name) => !known.includes(name))
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      { ...task, corpus: task.corpus ?? (own.length === 1 ? own[0] : null) },
    ]),
  )
}
