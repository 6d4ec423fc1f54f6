/** A backend as the rest of the program sees it: it can be probed and made current. */
import type { Availability, BackendName } from '../../shared/devices/backends.ts'

export interface Backend {
  name: BackendName
  /** Loads what the backend needs and reports whether it can compute. Never throws. Later calls return at once. */
  probe(): Promise<Availability>
  /**
   * Registers the kernels, once, and makes the backend current in this JavaScript thread. Call it after a probe that
   * found the backend usable. `threads`: number of cores that a kernel may use.
   */
  use(threads: number): Promise<void>
}

/**
 * URLs of modules whose default export is a list of Backends. Each replaces our backend of the same name. URLs, because
 * computing threads can be passed plain data only.
 */
export type BackendModules = readonly string[]
