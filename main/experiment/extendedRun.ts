/** What is particular to a run that adds tasks to an earlier one: its vocabulary, its start weights, its report. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { complement, intersectAll, keptCount, unionAll, type Mask } from '../../shared/network/mask.ts'
import { extendsPrivately, isExtended } from '../../shared/settings/plan.ts'
import type { ExtensionReport } from '../../shared/runs/report.ts'
import { Vocabulary, type VocabularyJson } from '../data/vocabulary.ts'
import type { EncodedData } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { DOCUMENTS, RUN_ARTIFACTS } from '../store/artifacts.ts'
import type { RunRecord, Store } from '../store/types.ts'
import type { TrainingSpec } from '../training/spec.ts'
import type { Needs } from './context.ts'

/**
 * The vocabulary that a run must use; null where it follows from its data. Where the earlier tasks must not change, no
 * new word may become known, or an old task's prediction on a text with it would change. The convolution still reads
 * its characters.
 */
export function boundVocabulary(store: Store, { id, config }: Pick<RunRecord, 'id' | 'config'>): Vocabulary | null {
  return extendsPrivately(config)
    ? Vocabulary.fromJSON(store.loadDocument<VocabularyJson>(id, DOCUMENTS.vocabulary)!)
    : null
}

/** θ⁽ʷ⁾ of the earlier run; null where it had no warmup. */
export function carriedStart({ store, run, config }: Needs<'store' | 'run' | 'config'>): Weights | null {
  return config.extend.run === null ? null : store.loadArtifact(run.id, null, RUN_ARTIFACTS.carriedStart)
}

/** The network of the earlier run with new heads. Throws an Error where it was not copied into this run. */
export function extendedNetwork(
  { store, run, config }: Needs<'store' | 'run' | 'config'>,
  { shape, seed }: TrainingSpec,
): Weights {
  const network = store.loadArtifact(run.id, null, RUN_ARTIFACTS.extended)
  if (network === null)
    throw new Error(
      `The network of run ${config.extend.run} was not copied when this run was created; start a new run.`,
    )
  return { ...initialWeights(shape, seed, null), ...network }
}

/** Drops the copy of the earlier network: once the new one is trained, it contains the old one. */
export function dropExtended({ store, run }: Needs<'store' | 'run'>): void {
  store.saveArtifact(run.id, null, RUN_ARTIFACTS.extended, null)
}

type TaskMask = { task: string; mask: Mask }

/** How many weights each new task keeps, and how many of these no earlier task keeps. */
export function addedTasks(config: ExperimentConfig, masks: TaskMask[]): ExtensionReport['added'] {
  const old = masks.filter(({ task }) => isExtended(config, task)).map(({ mask }) => mask)
  const trainable = complement(unionAll(old))
  return masks
    .filter(({ task }) => !isExtended(config, task))
    .map(({ task, mask }) => ({ task, kept: keptCount(mask), own: keptCount(intersectAll([mask, trainable])) }))
}

export function extensionReport({ config, data }: Needs<'config' | 'data'>, masks: TaskMask[]): ExtensionReport {
  const { run, how } = config.extend
  const added = data.tasks.filter(({ name }) => !isExtended(config, name))
  return {
    run: run!,
    how,
    added: addedTasks(config, masks),
    unknown: extendsPrivately(config) ? unknownWords(added) : null,
  }
}

/** Counted over the train tokens. Tasks of one corpus share its words, which count once. */
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
