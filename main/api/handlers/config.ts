/** Answers about settings: what there is, whether they are right, to and from the file that the command line takes. */
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
      text: style === 'full' ? configToYaml(rightConfig(config)) : configToShortYaml(rightConfig(config)),
    }),
    'config.fromFile': ({ text, name, path }) => reply(readConfigText({ text, name, path: path ?? null })),
  }
}

/** A config is told as right only once nothing is wrong, its files included. */
function reply({
  config,
  given,
  problems,
}: {
  config: ExperimentConfig | null
  given: Record<string, unknown>
  problems: Problem[]
}): ConfigCheck {
  return { config: problems.length === 0 ? config : null, given, problems: problems.map(placed) }
}

function placed({ path = [], where, message }: Problem): ConfigProblem {
  return { path, where, message }
}

/** Its files may be elsewhere. */
function rightConfig(given: Record<string, unknown>): ExperimentConfig {
  const { config, problems } = checkSettings(withoutEmptySections(given) as Record<string, unknown>)
  if (config === null) throw new ConfigError(problems)
  return config
}
