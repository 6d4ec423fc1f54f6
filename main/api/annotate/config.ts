/** The settings of a training on a project: the preset for small data, with the word vectors that are installed. */
import type { CorpusTask } from '../../../shared/protocol/requests/datasets.ts'
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { PRESETS, presetSettings, smallBatchSize } from '../../../shared/settings/presets.ts'
import { preferredSet } from '../../../shared/settings/vectorSets.ts'
import { setAt } from '../../../shared/util/nested.ts'
import { validConfig } from '../../config/check.ts'
import { vectorsFolder } from '../../config/dataFolder.ts'
import { settings } from '../../config/settings.ts'
import { setNames } from '../../vectors/folder.ts'

/** Paths of column files. */
export interface TrainingFiles {
  train: string
  dev: string
}

/** `sentences`: how many it learns from. `more`: settings by dotted name, over all others. */
export function trainingConfig(
  name: string,
  columns: readonly CorpusTask[],
  files: TrainingFiles,
  sentences: number,
  more: Readonly<Record<string, unknown>> = {},
): ExperimentConfig {
  const given: Record<string, unknown> = {
    name,
    // With one task there is nothing to share: its own pruned network.
    methods: [columns.length === 1 ? 'subnet' : 'sparse'],
    corpora: { labels: { ...files, format: 'conll' } },
    tasks: Object.fromEntries(
      columns.map((task) => [
        task.name,
        { tags: task.column, kind: task.kind, ...(task.scheme === null ? {} : { scheme: task.scheme }) },
      ]),
    ),
  }
  const small = PRESETS.find(({ id }) => id === 'small')!
  for (const { path, value } of presetSettings(small, settings)) setAt(given, path, value)
  setAt(given, ['optimizer', 'batchSize'], smallBatchSize(sentences))
  const vectors = preferredSet(setNames(vectorsFolder()))
  if (vectors !== null) setAt(given, ['model', 'vectors'], vectors)
  for (const [path, value] of Object.entries(more)) setAt(given, path.split('.'), value)
  return validConfig(given)
}

/** The same training on other files. */
export function onFiles(config: ExperimentConfig, name: string, files: TrainingFiles): ExperimentConfig {
  return { ...config, name, corpora: { labels: { ...config.corpora.labels, ...files } } }
}
