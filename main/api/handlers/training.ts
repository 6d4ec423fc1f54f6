/** Answers that train: start, pause, stop, go on; and how long it would take. */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { checkSettings } from '../../config/check.ts'
import { ConfigError } from '../../config/problems.ts'
import { withoutEmptySections } from '../../config/settings.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function trainingHandlers({ trainer }: ApiContext): HandlersOf<'training'> {
  return {
    'training.start': ({ config }) => trainer.start(wholeConfig(config)),
    'training.resume': ({ run, backend }) => done(trainer.resume(run, backend)),
    'training.pause': ({ run }) => done(trainer.pause(run)),
    'training.unpause': ({ run }) => done(trainer.unpause(run)),
    'training.stop': ({ run }) => done(trainer.stop(run)),
    'training.active': () => trainer.active(),
    'training.estimate': ({ config }) => trainer.estimate(wholeConfig(config)),
  }
}

/** Files and all. Throws a ConfigError with every problem found. */
function wholeConfig(given: Record<string, unknown>): ExperimentConfig {
  const { config, problems } = checkSettings(withoutEmptySections(given) as Record<string, unknown>, undefined, {
    baseDir: null,
  })
  if (config === null || problems.length > 0) throw new ConfigError(problems)
  return config
}

const done = (_: void) => ({})
