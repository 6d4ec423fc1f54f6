/**
 * Tasks added to a finished run: which run, whether the new one may go on from it, and what is copied from it, so that the new
 * run stands alone. Subnets hold for the weights they started from, so whatever θ⁽⁰⁾ or the network is made of must be the same.
 * The encoder's θ⁽⁰⁾ is a pure function of seed and name: it is the same whatever words the vocabulary has.
 */
import { configSchema, type ExperimentConfig } from '../../shared/settings/config.ts'
import { configDifference } from '../../shared/settings/difference.ts'
import { extendsPrivately } from '../../shared/settings/plan.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import { ConfigError, type Problem } from '../config/problems.ts'
import type { LoadedData } from '../data/load.ts'
import { Vocabulary, type VocabularyJson } from '../data/vocabulary.ts'
import type { Weights } from '../nn/network.ts'
import { carryOver } from '../nn/transferWeights.ts'
import { networkShape } from '../nn/initialWeights.ts'
import { DOCUMENTS, RUN_ARTIFACTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { DatasetRecord, RunRecord, Store } from '../store/types.ts'
import { keepTickets, pickRounds, type GivenTickets } from './givenTickets.ts'
import { foundTickets } from './tickets.ts'

export interface Extension extends GivenTickets {
  /** Of the run that is extended. */
  vocabulary: Vocabulary
  warnings: string[]
}

const SPARSE: TrainingId = { phase: 'sparse', task: null, round: null }
const WARMUP: TrainingId = { phase: 'warmup', task: null, round: null }
/** Differences in these make other weights, but neither another start nor another network: a warning will do. */
const HARMLESS = /^(optimizer\..*|model\.(dropout|wordDropout))$/

/**
 * What `config.extend` asks for, its paths absolute; null where it asks for nothing. Throws a StoreError where there is no such
 * run, a ConfigError where that run cannot be extended, or not by this config.
 */
export function lookUpExtension(store: Store, config: ExperimentConfig): Extension | null {
  if (config.extend.run === null) return null
  const source = store.getRun(config.extend.run)
  const there = configSchema.parse(source.config)
  const problems: Problem[] = []
  const say = (message: string) =>
    problems.push({ where: null, path: ['extend', 'run'], message: `extend.run: run ${source.id} ${message}` })
  const settle = () => {
    if (problems.length > 0) throw new ConfigError(problems)
  }
  const vocabulary = store.loadDocument<VocabularyJson>(source.id, DOCUMENTS.vocabulary)
  if (source.status !== 'finished' || source.report === null) say(`is ${source.status}, expected a finished one`)
  else if (source.report.tickets.length === 0) say('has no subnets: it trained without pruning')
  else if (extendsPrivately(config) && trainedWeights(store, source) === null)
    say('has no weights of sparse sharing to leave alone; extend.how joint trains all tasks anew')
  settle()

  const { refused, harmless } = settingsUnlike(there, config)
  if (refused.length > 0)
    say(
      `has other settings, with which its subnets are none of this network: ${refused.join('; ')}. Take them over, as the command extend does`,
    )
  entriesUnlike(there, config).forEach(say)
  const added = Object.keys(config.tasks).filter((task) => !(task in there.tasks))
  if (added.length === 0)
    say(`has the tasks ${Object.keys(there.tasks).join(', ')}; name at least one that it does not have`)
  for (const task of Object.keys(config.extend.rounds).filter((name) => !(name in there.tasks)))
    say(`has no task ${task}, for which extend.rounds asks; it has ${Object.keys(there.tasks).join(', ')}`)
  const tickets = pickRounds(
    foundTickets(store, source),
    Object.keys(there.tasks),
    config.extend.rounds,
    'extend.rounds',
    say,
  )
  if (extendsPrivately(config)) {
    for (const { task, chosen } of source.report!.tickets) {
      const asked = config.extend.rounds[task] ?? chosen
      if (asked !== chosen)
        say(
          `trained ${task} in the subnet of round ${chosen}, not ${asked}; to leave it alone, its round must be that one`,
        )
    }
  }
  settle()
  const rounds = Object.fromEntries(tickets.map(({ task, chosen }) => [task, chosen]))
  return {
    source,
    tickets,
    config: { ...merged(there, config), extend: { ...config.extend, run: source.id, rounds } },
    vocabulary: Vocabulary.fromJSON(vocabulary!),
    warnings: harmless.length === 0 ? [] : [`Run ${source.id} trained its tasks otherwise: ${harmless.join('; ')}.`],
  }
}

/** Copies masks, candidates and what training starts from into a run that was just created. */
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
    const start = carryOver(
      { weights: warm, words: extension.vocabulary },
      { shape: networkShape(config.model, data), words: vocabulary },
      config.seed,
      data.vectors,
    )
    store.saveArtifact(runId, null, RUN_ARTIFACTS.carriedStart, start)
  }
  if (extendsPrivately(config)) store.saveArtifact(runId, null, RUN_ARTIFACTS.extended, trainedWeights(store, source))
}

/** Throws a ConfigError where the files of the run that is extended are other ones now, wherever they lie. */
export function requireFilesOf({ source }: Extension, found: readonly DatasetRecord[]): void {
  const problems = source.datasets.flatMap(({ corpus, split, path, hash }): Problem[] => {
    const now = found.find((one) => one.corpus === corpus && one.split === split)
    if (now?.hash === hash) return []
    const what =
      now === undefined
        ? 'is not given'
        : `is another file than run ${source.id} had: SHA-256 ${now.hash.slice(0, 12)}…, was ${hash.slice(0, 12)}…`
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

/** Settings of model, start and optimiser that are not the same, in words. Where the word vectors lie is no matter: their bytes are compared. */
function settingsUnlike(there: ExperimentConfig, here: ExperimentConfig): { refused: string[]; harmless: string[] } {
  const compared = ({ seed, warmup, model, optimizer }: ExperimentConfig) => ({
    seed,
    warmup,
    optimizer,
    model: { ...model, vectors: model.vectors === null ? 'none' : 'a file' },
  })
  const { differing } = configDifference([compared(here), compared(there)])
  const told = (harmless: boolean) =>
    differing
      .filter(({ name }) => HARMLESS.test(name) === harmless)
      .map(({ name, values: [now, then] }) => `${name} is ${now}, there ${then}`)
  return { refused: told(false), harmless: told(true) }
}

/** Corpora and tasks of the earlier run that are named again, but not as they were. Files are compared by their bytes. */
function entriesUnlike(there: ExperimentConfig, here: ExperimentConfig): string[] {
  const [old, now] = [placedTasks(there), placedTasks(here, Object.keys(there.corpora))]
  const reading = ({ train: _, dev: __, test: ___, ...rest }: ExperimentConfig['corpora'][string]) => rest
  const tagging = ({ layer: _, ...rest }: ExperimentConfig['tasks'][string]) => rest
  const unlike = <T, R>(section: string, before: Record<string, T>, after: Record<string, T>, part: (entry: T) => R) =>
    Object.keys(after)
      .filter((name) => name in before)
      .flatMap((name) =>
        configDifference([part(after[name]), part(before[name])]).differing.map(
          ({ name: key, values }) =>
            `has another ${section}.${name}: ${key} is ${values[0]}, there ${values[1]}; leave it out, or give the new one another name`,
        ),
      )
  return [...unlike('corpora', there.corpora, here.corpora, reading), ...unlike('tasks', old, now, tagging)]
}

/** The earlier run's corpora and tasks, then the new ones. */
function merged(there: ExperimentConfig, here: ExperimentConfig): ExperimentConfig {
  return {
    ...here,
    corpora: { ...there.corpora, ...here.corpora },
    tasks: { ...placedTasks(there), ...placedTasks(here, Object.keys(there.corpora)) },
  }
}

/** With the corpus named in every task: there will be more than one. Alone are corpora that are not `known` from elsewhere, or all. */
function placedTasks({ corpora, tasks }: ExperimentConfig, known: string[] = []): ExperimentConfig['tasks'] {
  const names = Object.keys(corpora)
  const own = names.length === 1 ? names : names.filter((name) => !known.includes(name))
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      { ...task, corpus: task.corpus ?? (own.length === 1 ? own[0] : null) },
    ]),
  )
}
