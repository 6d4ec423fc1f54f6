/** What a backend is to the rest of the program: something to ask whether it can compute here, and to make current. */
import type { Availability, BackendName } from '../../shared/devices/backends.ts'

export interface Backend {
  name: BackendName
  /** Loads what the backend needs and says whether it can compute; never throws. Asked again it answers at once. */
  probe(): Promise<Availability>
  /** Registers its kernels, once, and makes it current in this JavaScript thread; after a probe that found it usable. `threads`: cores a kernel may use. */
  use(threads: number): Promise<void>
}

/**
 * URLs of modules whose default export is a list of Backends: each takes the place of ours of the same name. It is how a backend from
 * elsewhere comes into the threads that compute, which are given plain data only.
 */
export type BackendModules = readonly string[]
