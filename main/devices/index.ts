/** The backends of this machine, for the window and the command line. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { Store } from '../store/types.ts'
import { machineKey } from './machine.ts'

export { diagnostics } from './diagnostics.ts'
export { deviceReport } from './ranking.ts'

/** Sets what `auto` chooses on this machine where it can compute; null: the fastest that was benchmarked. */
export function preferBackend(store: Pick<Store, 'devices'>, backend: BackendName | null): void {
  store.devices.prefer(machineKey(), backend)
}
