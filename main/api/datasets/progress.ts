/** Tells the windows how far reading has come, and lets the process answer others meanwhile. */
import { setImmediate } from 'node:timers/promises'
import type { EventMessage } from '../../../shared/protocol/api.ts'
import type { Pause } from '../../data/check.ts'
import type { ReadProgress } from '../../data/read.ts'

const TURN_MS = 10
const TELL_EVERY_MS = 60

export interface Reporter {
  pause: Pause
  /** Progress of reading the next `bytes` bytes of the whole. */
  part(bytes: number): ReadProgress
}

/** Reports as progress of `file` (a handed file's id) over `totalBytes`. */
export function reporter(tell: (message: EventMessage) => void, file: string, totalBytes: number): Reporter {
  let base = 0
  let turn = performance.now()
  let told = -Infinity
  const pause = async () => {
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
        if (performance.now() - told > TELL_EVERY_MS || doneBytes === totalBytes) {
          told = performance.now()
          tell({ name: 'import', data: { file, doneBytes, totalBytes } })
        }
        await pause()
      }
    },
  }
}
