/** What the requests' functions work with. */
import type { z } from 'zod'
import type { EventMessage, RequestName, requestArguments, Requests } from '../../shared/protocol/api.ts'
import type { Store } from '../store/types.ts'
import type { TaggerCache } from '../tagger/taggerCache.ts'
import type { TrainerHost } from '../trainer/host.ts'
import type { LaunchTrainer } from '../trainer/types.ts'
import type { Suggester } from './corrections/suggester.ts'
import type { Uploads } from './datasets/uploads.ts'

export interface ApiOptions {
  /** Of the program. */
  version: string
  /** Starts a process that trains. */
  launchTrainer: LaunchTrainer
  /** Whether backends are looked for at the start, where that never was done on this machine. */
  lookForBackends?: boolean
}

export interface ApiContext extends ApiOptions {
  store: Store
  /** Whatever trains for the window. */
  trainer: TrainerHost
  /** Whatever tags for the window. */
  taggers: TaggerCache
  /** Whatever suggests for sentences to be corrected. */
  suggester: Suggester
  /** Files on their way into the catalogue. */
  uploads: Uploads
  /** Tells every window. */
  tell(message: EventMessage): void
}

/** One function a request: from checked arguments to its result. */
export type Handlers = {
  [K in RequestName]: (
    args: z.output<(typeof requestArguments)[K]>,
  ) => Requests[K]['result'] | Promise<Requests[K]['result']>
}

/** The handlers whose names begin so. */
export type HandlersOf<Prefix extends string> = Pick<Handlers, Extract<RequestName, `${Prefix}.${string}`>>
