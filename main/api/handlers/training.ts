/** Handlers that train: start, pause, stop, resume, and estimate the time. */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { checkSettings } from '../../config/check.ts'
import { ConfigError } from '../../config/problems.ts'
import { withoutEmptySections } from '../../config/settings.ts'
import { withoutQuotes } from '../fileAccess.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function trainingHandlers({ trainer, store }: ApiContext): HandlersOf<'training'> {
  return {
    'training.start': ({ config }) => readingCorpora(config, (checked) => trainer.start(checked)),
    'training.resume': ({ run, backend }) => done(trainer.resume(run, backend)),
    'training.pause': ({ run }) => done(trainer.pause(run)),
    'training.unpause': ({ run }) => done(trainer.unpause(run)),
    'training.stop': ({ run }) => done(trainer.stop(run)),
    'training.active': () => trainer.active(),
    'training.estimate': ({ config }, signal) => readingCorpora(config, (checked) => trainer.estimate(checked, signal)),
  }

  async function readingCorpora<T>(given: Record<string, unknown>, work: (config: ExperimentConfig) => Promise<T>) {
    const config = completeConfig(given)
    return withoutQuotes(store, config, () => work(config))
  }
}

/** Checks that the files exist, too. Throws a ConfigError with all problems. */
function completeConfig(given: Record<string, unknown>): ExperimentConfig {
  const { config, problems } = checkSettings(withoutEmptySections(given) as Record<string, unknown>, undefined, {
    baseDir: null,
  })
  if (config === null || problems.length > 0) throw new ConfigError(problems)
  return config
}

const done = (_: void) => ({})
