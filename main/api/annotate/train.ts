/** Trains on the decided sentences of a project with one request: split, settings for little data, a run. */
import type { AnnotationTask } from '../../../shared/annotation/project.ts'
import type { PartCounts, TrainPlan } from '../../../shared/protocol/requests/annotateResults.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import type { ApiContext } from '../types.ts'
import { trainingConfig } from './config.ts'
import { AnnotateError } from './errors.ts'
import { planVersion } from './plan.ts'
import { seriesProblem } from './seriesParts.ts'
import { groupsByDocument, splitDecided } from './split.ts'
import { makeVersion } from './version.ts'

/** The share of the decided sentences that scores the epochs. */
export const DEV = 0.2
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
    tooSmall: tooFew(tasks, parts.dev).length > 0,
    foldsProblem: seriesProblem('folds', decided, true),
    curveProblem: seriesProblem('curve', decided, false),
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
  const { name } = store.annotation.get(project)
  const version = await planVersion(store, project, null)
  const corpus = await makeVersion(context, {
    project,
    name: version.name,
    base: null,
    dev: DEV,
    test: 0,
  })
  context.notify({ name: 'changed', data: {} })
  const part = (wanted: 'train' | 'dev') => corpus.files.find(({ split }) => split === wanted)!
  const files = { train: part('train').path, dev: part('dev').path }
  const { run } = await trainer.start(
    trainingConfig(`${name} tagger`, corpus.tasks, files, part('train').sentences, context.trainingSettings),
  )
  store.annotation.setTraining(project, run)
  return { run }
}

function countsOf(sentences: readonly DecidedSentence[]): PartCounts {
  const sum = (value: (one: DecidedSentence) => number) => sentences.reduce((total, one) => total + value(one), 0)
  return {
    sentences: sentences.length,
    spans: sum(({ answers }) => answers.reduce((total, { spans }) => total + (spans?.length ?? 0), 0)),
    tokens: sum(({ sentence }) => sentence.words.length),
  }
}

/** What the part that scores has too few of, in words. */
function tooFew(tasks: readonly AnnotationTask[], dev: PartCounts): string[] {
  const hasSpans = tasks.some(({ kind }) => kind === 'span')
  const hasTokens = tasks.some(({ kind }) => kind === 'token')
  return [
    ...(hasSpans && dev.spans < MIN_DEV.spans ? [`${dev.spans} spans (fewer than ${MIN_DEV.spans})`] : []),
    ...(hasTokens && dev.tokens < MIN_DEV.tokens ? [`${dev.tokens} words (fewer than ${MIN_DEV.tokens})`] : []),
  ]
}

function warningsFor(tasks: readonly AnnotationTask[], dev: PartCounts, train: readonly DecidedSentence[]): string[] {
  const few = tooFew(tasks, dev)
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
