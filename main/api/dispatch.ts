/** Answers requests, which arrive unchecked from a page. The same for every transport. */
import { z } from 'zod'
import {
  requestArguments,
  type Bridge,
  type EventMessage,
  type Reply,
  type RequestName,
} from '../../shared/protocol/api.ts'
import { delay, DisposableStore, toDisposable, type Disposable } from '../../shared/util/disposable.ts'
import { silentLog } from '../../shared/util/log.ts'
import type { Store } from '../store/types.ts'
import { TaggerCache } from '../tagger/taggerCache.ts'
import { TrainerHost } from '../trainer/host.ts'
import { probeOnFirstStart } from '../trainer/probeBackends.ts'
import { adoptFinished, suggestAfterTraining } from './annotate/afterTraining.ts'
import { sweepSeries } from './annotate/seriesLeftovers.ts'
import { SeriesRunner } from './annotate/seriesRunner.ts'
import { Suggester } from './annotate/suggester.ts'
import { ExperimentQueue } from './experiments/queue.ts'
import { Uploads } from './datasets/uploads.ts'
import { handlersFor } from './handlers/index.ts'
import type { ApiOptions } from './types.ts'
import { watchStore } from './watch.ts'

/** Milliseconds after the start: the window is shown first. */
const PROBE_AFTER_MS = 5000
/** The same: suggestions of runs that finished while the program was not running. */
const ADOPT_AFTER_MS = 1000

/** The program's end of the bridge. Close it before the store. */
export interface Api extends Pick<Bridge, 'listen'> {
  /** `signal` cancels the request, e.g. because the page was closed; the reply then has the code `cancelled`. */
  call(name: string, args: unknown, signal?: AbortSignal): Promise<Reply<unknown>>
  /** Stops running trainings at a checkpoint and waits for them. */
  close(): Promise<void>
}

/** Answers from the store, which stays the caller's. */
export function openApi(store: Store, options: ApiOptions): Api {
  const log = options.log ?? silentLog
  const owned = new DisposableStore()
  const listeners = new Set<(message: EventMessage) => void>()
  const watch = watchStore(store, () => notify({ name: 'changed', data: {} }))
  const notify = (message: EventMessage) => {
    watch.observe(message)
    experiments.observe(message)
    suggestAfterTraining({ store, suggester, notify, log }, message)
    series.observe(message)
    for (const listener of listeners) listener(message)
  }
  // Disposed of in reverse: first nothing more is noticed, then what works ends, and the trainings last.
  const trainer = owned.add(new TrainerHost({ store, launch: options.launchTrainer, notify, log }))
  const taggers = owned.add(new TaggerCache(store))
  const suggester = owned.add(new Suggester({ store, notify }))
  const experiments = owned.add(new ExperimentQueue({ store, trainer, notify, log }))
  const uploads = owned.add(new Uploads(store.corporaFolder, { readsOpened: options.commandLine }))
  const series = owned.add(new SeriesRunner({ ...options, store, uploads, trainer, notify, log }))
  owned.add(watch)
  owned.add(delay(() => adoptFinished({ store, suggester, notify, log }), ADOPT_AFTER_MS))
  void sweepSeries(store).catch((error: unknown) => log.warn('leftover trainings could not be removed', error))
  if (options.probeBackends) owned.add(firstProbe(store, trainer, log))
  // Requests under way end before the parts that they use.
  const closing = new AbortController()
  owned.add(toDisposable(() => closing.abort()))

  const handlers = handlersFor({
    ...options,
    ...{ log, store, trainer, taggers, suggester, experiments, series, uploads, notify },
  })
  return {
    async call(name, args, signal) {
      if (!Object.hasOwn(requestArguments, name))
        return failure('unknownRequest', `There is no request ${JSON.stringify(name.slice(0, 100))}.`)
      const request = name as RequestName
      const checked = requestArguments[request].safeParse(args)
      if (!checked.success) return failure('badArguments', `${request}: ${z.prettifyError(checked.error)}`)
      const either = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])
      try {
        // The schema belongs to the handler of the same name, which TypeScript cannot see through a union.
        return { ok: true, value: await handlers[request](checked.data as never, either) }
      } catch (error) {
        if (signal?.aborted) return failure('cancelled', 'The request was cancelled.')
        const reply = replyTo(error)
        if (reply.error.code === 'internal') log.error(`request ${request} failed`, error)
        return reply
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => owned.dispose(),
  }
}

function firstProbe(store: Store, trainer: TrainerHost, log: NonNullable<ApiOptions['log']>): Disposable {
  const probe = () =>
    void probeOnFirstStart(store, (backend, measure) => trainer.probe(backend, measure)).catch((error: unknown) =>
      log.warn('the backends could not be probed', error),
    )
  return delay(probe, PROBE_AFTER_MS)
}

/** Codes of Node's own argument checks and of SQLite's constraints show a bug of ours, not a problem of the request. */
const OF_A_BUG = /^(ERR_|SQLITE_)/

function replyTo(error: unknown): Reply<never> & { ok: false } {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return failure(
    typeof code === 'string' && !OF_A_BUG.test(code) ? code : 'internal',
    typeof message === 'string' ? message : String(error),
  )
}

function failure(code: string, message: string): Reply<never> & { ok: false } {
  return { ok: false, error: { code, message } }
}
