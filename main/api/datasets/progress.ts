/** Reports the progress of reading to the windows, and lets the process answer other requests meanwhile. */
import { setImmediate } from 'node:timers/promises'
import type { EventMessage } from '../../../shared/protocol/api.ts'
import type { Pause } from '../../data/check.ts'
import type { ReadProgress } from '../../data/read.ts'

/** Milliseconds of work before other requests get a turn. */
const TURN_MS = 10
const NOTIFY_MS = 60

export interface Reporter {
  pause: Pause
  /** Progress of reading the next `bytes` bytes of the whole. */
  part(bytes: number): ReadProgress
}

/** Reports progress of `file` (an upload's id) over `totalBytes`. Once the signal aborts, reading throws its reason. */
export function reporter(
  notify: (message: EventMessage) => void,
  file: string,
  totalBytes: number,
  signal?: AbortSignal,
): Reporter {
  let base = 0
  let turn = performance.now()
  let notifiedAt = -Infinity
  const pause = async () => {
    signal?.throwIfAborted()
    if (performance.now() - turn < TURN_MS) return
    await setImmediate()
    turn = performance.now()
  }
  return {
    pause,
    part(bytes) {
      const start = base
      base += bytes
      return async (digest) => {
        const doneBytes = start + Math.min(digest.bytes, bytes)
        if (performance.now() - notifiedAt > NOTIFY_MS || doneBytes === totalBytes) {
          notifiedAt = performance.now()
          notify({ name: 'import', data: { file, doneBytes, totalBytes } })
        }
        await pause()
      }
    },
  }
}
