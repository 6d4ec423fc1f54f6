/** Trains on the decided sentences of a project with one request: split, settings for little data, a run. */
import type { AnnotationTask } from '../../../shared/annotation/project.ts'
import type { PartCounts, TrainPlan } from '../../../shared/protocol/requests/annotateResults.ts'
import type { Corpus } from '../../../shared/protocol/requests/datasets.ts'
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { PRESETS, presetSettings } from '../../../shared/settings/presets.ts'
import { preferredSet } from '../../../shared/settings/vectorSets.ts'
import { setAt } from '../../../shared/util/nested.ts'
import { validConfig } from '../../config/check.ts'
import { vectorsFolder } from '../../config/dataFolder.ts'
import { settings } from '../../config/settings.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import { setNames } from '../../vectors/folder.ts'
import type { ApiContext } from '../types.ts'
import { AnnotateError } from './errors.ts'
import { planVersion } from './plan.ts'
import { groupsByDocument, splitDecided } from './split.ts'
import { makeVersion } from './version.ts'

/** The share of the decided sentences that scores the epochs. */
const DEV = 0.2
/** Below these a dev score says little. */
const MIN_DEV = { spans: 30, tokens: 300 }
const MIN_SENTENCES = 5

/** What a training would consist of. Throws a StoreError 'missing'. */
export function planTraining(store: Store, project: string): TrainPlan {
  const { tasks } = store.annotation.get(project)
  const decided = store.annotation.decided(project)
  const { train, dev } = splitDecided(decided, { dev: DEV, test: 0 })
  const parts = { train: countsOf(train), dev: countsOf(dev) }
  return {
    ...parts,
    documents: groupsByDocument(decided),
    warnings: warningsFor(tasks, parts.dev, train),
    problem:
      decided.length < MIN_SENTENCES
        ? `Label at least ${MIN_SENTENCES} sentences first; ${decided.length} ${decided.length === 1 ? 'is' : 'are'} decided.`
        : null,
  }
}

/** Creates a dataset version and starts a run on it. Throws AnnotateError, and what importing and starting throw. */
export async function trainOn(context: ApiContext, project: string): Promise<{ run: string }> {
  const { store, trainer } = context
  const { problem } = planTraining(store, project)
  if (problem !== null) throw new AnnotateError('noTraining', problem)
  const { name, tasks } = store.annotation.get(project)
  const version = await planVersion(store, project, null)
  const corpus = await makeVersion(context, {
    project,
    name: version.name,
    base: null,
    dev: DEV,
    test: 0,
  })
  context.notify({ name: 'changed', data: {} })
  const { run } = await trainer.start(configFor(name, tasks, corpus))
  store.annotation.setTraining(project, run)
  return { run }
}

/** The preset for small data, with the word vectors that are installed. */
function configFor(name: string, tasks: readonly AnnotationTask[], corpus: Corpus): ExperimentConfig {
  const pathOf = (split: 'train' | 'dev') => corpus.files.find((file) => file.split === split)!.path
  const given: Record<string, unknown> = {
    name: `${name} tagger`,
    // With one task there is nothing to share: its own pruned network.
    methods: [tasks.length === 1 ? 'subnet' : 'sparse'],
    corpora: { labels: { train: pathOf('train'), dev: pathOf('dev'), format: 'conll' } },
    tasks: Object.fromEntries(
      corpus.tasks.map((task) => [
        task.name,
        { tags: task.column, kind: task.kind, ...(task.scheme === null ? {} : { scheme: task.scheme }) },
      ]),
    ),
  }
  const small = PRESETS.find(({ id }) => id === 'small')!
  for (const { path, value } of presetSettings(small, settings)) setAt(given, path, value)
  const { sentences } = corpus.files.find(({ split }) => split === 'train')!
  setAt(given, ['optimizer', 'batchSize'], batchSizeFor(sentences))
  const vectors = preferredSet(setNames(vectorsFolder()))
  if (vectors !== null) setAt(given, ['model', 'vectors'], vectors)
  return validConfig(given)
}

/** From the preset's 2 to the paper's 10: the more sentences, the fewer epochs it takes. */
function batchSizeFor(sentences: number): number {
  return Math.min(10, Math.max(2, Math.round(sentences / 100)))
}

function countsOf(sentences: readonly DecidedSentence[]): PartCounts {
  const sum = (value: (one: DecidedSentence) => number) => sentences.reduce((total, one) => total + value(one), 0)
  return {
    sentences: sentences.length,
    spans: sum(({ answers }) => answers.reduce((total, { spans }) => total + (spans?.length ?? 0), 0)),
    tokens: sum(({ sentence }) => sentence.words.length),
  }
}

function warningsFor(tasks: readonly AnnotationTask[], dev: PartCounts, train: readonly DecidedSentence[]): string[] {
  const hasSpans = tasks.some(({ kind }) => kind === 'span')
  const hasTokens = tasks.some(({ kind }) => kind === 'token')
  const few = [
    ...(hasSpans && dev.spans < MIN_DEV.spans ? [`${dev.spans} spans (fewer than ${MIN_DEV.spans})`] : []),
    ...(hasTokens && dev.tokens < MIN_DEV.tokens ? [`${dev.tokens} words (fewer than ${MIN_DEV.tokens})`] : []),
  ]
  const unused = tasks.flatMap(({ name, kind, labels }) => {
    const used = new Set(
      train.flatMap(({ answers }) => {
        const answer = answers.find(({ task }) => task === name)
        return kind === 'span' ? (answer?.spans ?? []).map(({ type }) => type) : (answer?.labels ?? [])
      }),
    )
    return labels.filter((label) => !used.has(label.name)).map((label) => `${name}: ${label.name}`)
  })
  return [
    ...(few.length === 0
      ? []
      : [`The part that scores has only ${few.join(' and ')}: its score says little. Label more before you trust it.`]),
    ...(unused.length === 0 ? [] : [`Never used, so it cannot be learned: ${unused.join(', ')}.`]),
  ]
}
