/** The handlers of all requests. */
import type { ApiContext, Handlers } from '../types.ts'
import { analysisHandlers } from './analysis.ts'
import { annotationHandlers } from './annotations.ts'
import { configHandlers } from './config.ts'
import { annotateHandlers } from './annotate.ts'
import { damagedHandlers } from './damaged.ts'
import { datasetHandlers } from './datasets.ts'
import { deviceHandlers } from './devices.ts'
import { experimentHandlers } from './experiments.ts'
import { maskHandlers } from './masks.ts'
import { runHandlers } from './runs.ts'
import { taggingHandlers } from './tagging.ts'
import { trainingHandlers } from './training.ts'
import { vectorHandlers } from './vectors.ts'

export function handlersFor(context: ApiContext): Handlers {
  return {
    ...runHandlers(context),
    ...trainingHandlers(context),
    ...datasetHandlers(context),
    ...damagedHandlers(context),
    ...annotationHandlers(context),
    ...configHandlers(context),
    ...experimentHandlers(context),
    ...maskHandlers(context),
    ...taggingHandlers(context),
    ...annotateHandlers(context),
    ...deviceHandlers(context),
    ...vectorHandlers(context),
    ...analysisHandlers(context),
    'studio.about': () => ({ version: context.version, database: context.store.path }),
  }
}
