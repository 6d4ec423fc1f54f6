/** A request that takes seconds: its progress, its error, and how to stop it. Leaving the view stops it. */
import { onBeforeUnmount, ref, shallowRef } from 'vue'
import type { RequestName, Requests } from '../../../shared/protocol/api.ts'
import { ask, on, RequestError } from '../../bridge/index.ts'

export type LongRequestState = ReturnType<typeof useLongRequest>

export function useLongRequest(event: 'maskScores' | 'unitWords', run: () => string) {
  /** Null while nothing is evaluated. */
  const progress = shallowRef<{ done: number; total: number } | null>(null)
  const error = ref<string | null>(null)
  let stopping: AbortController | null = null

  const unlisten = on(event, (reported) => {
    if (reported.run === run() && stopping !== null) progress.value = { done: reported.done, total: reported.total }
  })
  const stop = () => stopping?.abort()
  onBeforeUnmount(() => {
    unlisten()
    stop()
  })

  /** The result; null where it was stopped or failed. */
  async function send<K extends RequestName>(
    request: K,
    args: Requests[K]['arguments'],
  ): Promise<Requests[K]['result'] | null> {
    error.value = null
    progress.value = { done: 0, total: 0 }
    const own = (stopping = new AbortController())
    try {
      return await ask(request, args, { signal: own.signal })
    } catch (reason) {
      if (!(reason instanceof RequestError && reason.code === 'cancelled')) error.value = (reason as Error).message
      return null
    } finally {
      if (stopping === own) {
        stopping = null
        progress.value = null
      }
    }
  }
  return { progress, error, send, stop }
}
