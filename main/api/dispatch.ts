/** From a request as it came in, which nobody has checked, to a reply. The same for every transport. */
import { z } from 'zod'
import {
  requestArguments,
  type Bridge,
  type EventMessage,
  type Reply,
  type RequestName,
} from '../../shared/protocol/api.ts'
import type { Store } from '../store/types.ts'
import { TaggerCache } from '../tagger/taggerCache.ts'
import { TrainerHost } from '../trainer/host.ts'
import { probeOnFirstStart } from '../trainer/probeBackends.ts'
import { Suggester } from './corrections/suggester.ts'
import { Uploads } from './datasets/uploads.ts'
import { handlersFor } from './handlers/index.ts'
import type { ApiOptions } from './types.ts'
import { watchStore } from './watch.ts'

/** The window comes first. */
const LOOK_AFTER_MS = 5000

/** The far end of the bridge, to be closed with the program. */
export interface Api extends Bridge {
  /** Stops what trains at a checkpoint, and waits for it. */
  close(): Promise<void>
}

/** Answers with what is in the store. The store stays the caller's. */
export function openApi(store: Store, options: ApiOptions): Api {
  const listeners = new Set<(message: EventMessage) => void>()
  const watch = watchStore(store, () => tell({ name: 'changed', data: {} }))
  const tell = (message: EventMessage) => {
    watch.hear(message)
    for (const listener of listeners) listener(message)
  }
  const trainer = new TrainerHost({ store, launch: options.launchTrainer, tell })
  const uploads = new Uploads(store.corporaFolder)
  const taggers = new TaggerCache(store)
  const suggester = new Suggester({ store, tell })
  // What fails is told where it is asked for.
  const look = () =>
    void probeOnFirstStart(store, (backend, measure) => trainer.probe(backend, measure)).catch(() => {})
  const looking = options.lookForBackends ? setTimeout(look, LOOK_AFTER_MS).unref() : undefined
  const handlers = handlersFor({ ...options, store, trainer, taggers, suggester, uploads, tell })
  return {
    async call(name, args) {
      if (!Object.hasOwn(requestArguments, name))
        return failure('unknownRequest', `There is no request ${JSON.stringify(name)}.`)
      const request = name as RequestName
      const checked = requestArguments[request].safeParse(args)
      if (!checked.success) return failure('badArguments', `${request}: ${z.prettifyError(checked.error)}`)
      try {
        // The schema belongs to the handler of the same name, which TypeScript cannot see through a union.
        return { ok: true, value: await handlers[request](checked.data as never) }
      } catch (error) {
        const { code, message } = error as { code?: unknown; message?: unknown }
        return failure(
          typeof code === 'string' ? code : 'internal',
          typeof message === 'string' ? message : String(error),
        )
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      clearTimeout(looking)
      watch.stop()
      uploads.close()
      await suggester.close()
      await taggers.close()
      await trainer.close()
    },
  }
}

function failure(code: string, message: string): Reply<never> {
  return { ok: false, error: { code, message } }
}
