/** What a run that adds tasks to an earlier one does otherwise than others: its words, its start weights, its report. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { complement, intersectAll, keptCount, unionAll, type Mask } from '../../shared/network/mask.ts'
import { extendsPrivately } from '../../shared/settings/plan.ts'
import type { ExtensionReport } from '../../shared/runs/report.ts'
import { Vocabulary, type VocabularyJson } from '../data/vocabulary.ts'
import type { EncodedData } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { DOCUMENTS, RUN_ARTIFACTS } from '../store/artifacts.ts'
import type { RunRecord, Store } from '../store/types.ts'
import type { TrainingSpec } from '../training/spec.ts'
import type { ExperimentContext } from './context.ts'

/**
 * The words that a run is bound to; null where they follow from its data. Beside tasks that must not change, a new word may not
 * become known: an old task's prediction on a text with it would be another. Its spelling is read by the convolution all the same.
 */
export function boundVocabulary(store: Store, { id, config }: Pick<RunRecord, 'id' | 'config'>): Vocabulary | null {
  return extendsPrivately(config)
    ? Vocabulary.fromJSON(store.loadDocument<VocabularyJson>(id, DOCUMENTS.vocabulary)!)
    : null
}

/** What the warmup of the earlier run made of θ⁽⁰⁾; null where it had none. */
export function carriedStart({ store, runId, config }: ExperimentContext): Weights | null {
  return config.extend.run === null ? null : store.loadArtifact(runId, null, RUN_ARTIFACTS.carriedStart)
}

/** The network of the earlier run, with new heads. */
export function extendedNetwork({ store, runId, config }: ExperimentContext, { shape, seed }: TrainingSpec): Weights {
  const network = store.loadArtifact(runId, null, RUN_ARTIFACTS.extended)
  if (network === null)
    throw new Error(
      `The network of run ${config.extend.run} was not copied when this run was created; start a new run.`,
    )
  return { ...initialWeights(shape, seed, null), ...network }
}

/** Once the new network is trained it holds the old one: the copy is not needed any more. */
export function dropExtended({ store, runId }: ExperimentContext): void {
  store.saveArtifact(runId, null, RUN_ARTIFACTS.extended, null)
}

type TaskMask = { task: string; mask: Mask }

/** What each new task keeps, and how much of that no earlier task does. */
export function addedTasks({ extend }: ExperimentConfig, masks: TaskMask[]): ExtensionReport['added'] {
  const free = complement(unionAll(masks.filter(({ task }) => task in extend.rounds).map(({ mask }) => mask)))
  return masks
    .filter(({ task }) => !(task in extend.rounds))
    .map(({ task, mask }) => ({ task, kept: keptCount(mask), own: keptCount(intersectAll([mask, free])) }))
}

export function extensionReport({ config, data }: ExperimentContext, masks: TaskMask[]): ExtensionReport {
  const { run, how, rounds } = config.extend
  const added = data.tasks.filter(({ name }) => !(name in rounds))
  return {
    run: run!,
    how,
    added: addedTasks(config, masks),
    unknown: extendsPrivately(config) ? unknownWords(added) : null,
  }
}

/** Of the train tokens; tasks of one corpus share its words, which count once. */
function unknownWords(tasks: EncodedData['tasks']): ExtensionReport['unknown'] {
  const splits = [...new Map(tasks.map(({ train }) => [train.words, train])).values()]
  const spellings = new Set<number>()
  let tokens = 0
  for (const { words, spellings: own } of splits) {
    words.forEach((word, i) => {
      if (word !== 0) return
      spellings.add(own[i])
      tokens++
    })
  }
  return { spellings: spellings.size, tokens, of: splits.reduce((sum, { words }) => sum + words.length, 0) }
}
