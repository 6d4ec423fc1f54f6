/** Settings of an experiment that differ from the paper's. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { ChangedSetting } from '../../shared/runs/records.ts'
import { same, valuesAt } from '../../shared/util/nested.ts'
import { settings } from './settings.ts'

/** Names and data do not count as differences. */
const NOT_COMPARED = /^(name|methods|seed|backend|threads|corpora\..*|tasks\.\*\.(corpus|tags|synthetic))$/

/** Settings whose value is not the paper's default. */
export function changedSettings(config: ExperimentConfig): ChangedSetting[] {
  return settings
    .filter(({ path }) => !NOT_COMPARED.test(path.join('.')))
    .flatMap((setting) =>
      valuesAt(config, setting.path)
        .filter(({ value }) => !same(value, setting.default))
        .map(({ path, value }) => ({ name: path.join('.'), value, default: setting.default })),
    )
}
