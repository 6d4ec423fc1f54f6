/** Which settings of an experiment are not the paper's. */
import type { ExperimentConfig } from '../../shared/config.ts'
import type { ChangedSetting } from '../../shared/records.ts'
import { settings } from './settings.ts'

/** What names an experiment or its data is no departure from the paper. */
const NOT_COMPARED = /^(name|methods|seed|backend|threads|corpora\..*|tasks\.\*\.(corpus|tags|synthetic))$/

/** Settings whose value is not the paper's default. */
export function changedSettings(config: ExperimentConfig): ChangedSetting[] {
  return settings.filter(({ path }) => !NOT_COMPARED.test(path.join('.'))).flatMap((setting) =>
    valuesAt(config, setting.path).filter(({ value }) => JSON.stringify(value) !== JSON.stringify(setting.default))
      .map(({ name, value }) => ({ name, value, default: setting.default })))
}

/** Values at a path, one for each named entry on the way. */
function valuesAt(value: unknown, [key, ...rest]: readonly string[], name = ''): { name: string; value: unknown }[] {
  if (key === undefined) return [{ name, value }]
  const group = value as Record<string, unknown>
  const keys = key === '*' ? Object.keys(group) : [key]
  return keys.flatMap((one) => valuesAt(group[one], rest, name === '' ? one : `${name}.${one}`))
}
