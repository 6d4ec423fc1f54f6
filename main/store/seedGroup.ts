/** Which runs differ by their seed alone: the list of runs shows them as one row. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { withFiles } from './files.ts'
import { hashOf } from './json.ts'

/**
 * Equal for runs with the same settings, apart from seed and name, and the same data. Data is compared by content; a
 * run that has not read its files yet by their paths.
 */
export function seedGroup(
  config: ExperimentConfig,
  datasets: readonly { corpus: string; split: string; hash: string }[],
): string {
  const settings = datasets.length === 0 ? config : withFiles(config, () => '')
  return hashOf({ settings: { ...settings, seed: 0, name: '' }, datasets }).slice(0, 16)
}
