/** Runs code that a person's regular expression may keep busy for ever. */
import { createContext, Script } from 'node:vm'

const call = new Script('work()')

/**
 * Runs `work` and returns what it returns, or null if it takes longer than this. A regular expression is interrupted in
 * the middle, so `work` must only compute: it changes nothing that outlives it. Throws what `work` throws.
 */
export function within<T>(milliseconds: number, work: () => T): { value: T } | null {
  let value: T
  const context = createContext({ work: () => void (value = work()) })
  try {
    call.runInContext(context, { timeout: milliseconds })
    return { value: value! }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null
    throw error
  }
}
