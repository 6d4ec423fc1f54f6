/** The backends of this machine, for the doors: what is known of them, what a person chose, a text for reports of faults. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { Store } from '../store/types.ts'
import { machineKey } from './machine.ts'

export { diagnostics } from './diagnostics.ts'
export { deviceReport } from './ranking.ts'

/** What `auto` takes from now on on this machine where it can compute; null: the fastest that was measured. */
export function preferBackend(store: Pick<Store, 'devices'>, backend: BackendName | null): void {
  store.devices.prefer(machineKey(), backend)
}
