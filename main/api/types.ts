/** What the request handlers work with. */
import type { z } from 'zod'
import type { EventMessage, RequestName, requestArguments, Requests } from '../../shared/protocol/api.ts'
import type { Log } from '../../shared/util/log.ts'
import type { Store } from '../store/types.ts'
import type { TaggerCache } from '../tagger/taggerCache.ts'
import type { TrainerHost } from '../trainer/host.ts'
import type { LaunchTrainer } from '../trainer/types.ts'
import type { SeriesTrainings } from './annotate/seriesTypes.ts'
import type { Suggester } from './annotate/suggester.ts'
import type { ExperimentQueue } from './experiments/queue.ts'
import type { Uploads } from './datasets/uploads.ts'

export interface ApiOptions {
  /** Version of the program. */
  version: string
  /** Starts a training process. */
  launchTrainer: LaunchTrainer
  /** The requests come from the command line, not from a page: see fileAccess.ts. */
  commandLine?: boolean
  /** Settings of trainings on projects, by dotted name, over those of the preset: for tests. */
  trainingSettings?: Readonly<Record<string, unknown>>
  /** Whether to probe the backends at the start, on a machine where that was never done. */
  probeBackends?: boolean
  /** Nothing is logged by default. */
  log?: Log
  /** The name of the person who labels here, unless a window sets another; '' by default. */
  annotator?: string
  /** The end of the log, for diagnostics. */
  logTail?: () => string
}

export interface ApiContext extends ApiOptions {
  log: Log
  store: Store
  trainer: TrainerHost
  taggers: TaggerCache
  suggester: Suggester
  experiments: ExperimentQueue
  series: SeriesTrainings
  uploads: Uploads
  /** Sends an event to every window. */
  notify(message: EventMessage): void
}

/**
 * One function per request: from checked arguments to its result. The signal aborts when the page cancels or closes.
 */
export type Handlers = {
  [K in RequestName]: (
    args: z.output<(typeof requestArguments)[K]>,
    signal: AbortSignal,
  ) => Requests[K]['result'] | Promise<Requests[K]['result']>
}

/** The handlers of one topic: those whose names start with `Prefix`. */
export type HandlersOf<Prefix extends string> = Pick<Handlers, Extract<RequestName, `${Prefix}.${string}`>>
