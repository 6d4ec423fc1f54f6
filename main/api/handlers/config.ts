/** Handlers about settings: what exists, whether a config is valid, conversion to and from the command line's file. */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import type { ConfigCheck, ConfigProblem } from '../../../shared/protocol/requests/config.ts'
import { checkSettings } from '../../config/check.ts'
import { readConfigText } from '../../config/document.ts'
import { settingsInfo } from '../../config/info.ts'
import { configToShortYaml, configToYaml } from '../../config/print.ts'
import { ConfigError, type Problem } from '../../config/problems.ts'
import { withoutEmptySections } from '../../config/settings.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function configHandlers(_context: ApiContext): HandlersOf<'config'> {
  return {
    'config.settings': settingsInfo,
    'config.check'({ config }): ConfigCheck {
      const given = withoutEmptySections(config) as Record<string, unknown>
      return reply({ given, ...checkSettings(given, undefined, { baseDir: null }) })
    },
    'config.toFile': ({ config, style }) => ({
      text: style === 'full' ? configToYaml(validConfig(config)) : configToShortYaml(validConfig(config)),
    }),
    'config.fromFile': ({ text, name, path }) => reply(readConfigText({ text, name, path: path ?? null })),
  }
}

/** The config is null while there is any problem, including with its files. */
function reply({
  config,
  given,
  problems,
}: {
  config: ExperimentConfig | null
  given: Record<string, unknown>
  problems: Problem[]
}): ConfigCheck {
  return { config: problems.length === 0 ? config : null, given, problems: problems.map(toConfigProblem) }
}

function toConfigProblem({ path = [], where, message }: Problem): ConfigProblem {
  return { path, where, message }
}

/** Throws a ConfigError with all problems; files may be missing. */
function validConfig(given: Record<string, unknown>): ExperimentConfig {
  const { config, problems } = checkSettings(withoutEmptySections(given) as Record<string, unknown>)
  if (config === null) throw new ConfigError(problems)
  return config
}
