/**
 * Whether a backend can compute here. Our own backends are probed in this thread; others in a thread of their own,
 * because a library stays loaded until its thread ends.
 */
import { OWN_BACKENDS, type Availability, type BackendName } from '../../shared/devices/backends.ts'
import { startThread } from '../threads/start.ts'
import type { BackendModules } from './backend.ts'
import { backendsWith } from './choose.ts'

/** Probes a backend, in a separate thread where that loads a library. Never throws. */
export async function availability(name: BackendName, modules: BackendModules = []): Promise<Availability> {
  if (OWN_BACKENDS.includes(name) && modules.length === 0) return probe(name, [])
  const thread = startThread(new URL('./probeThread.ts', import.meta.url), { name, modules })
  try {
    return await new Promise((resolve) => {
      thread.on('message', resolve)
      thread.on('error', ({ message }: Error) => resolve(unusable(message)))
      thread.on('exit', (code) => resolve(unusable(`the thread that loads it ended unexpectedly (code ${code})`)))
    })
  } finally {
    await thread.terminate()
  }
}

/** Probes a backend in this thread. Never throws. */
export async function probe(name: BackendName, modules: BackendModules): Promise<Availability> {
  try {
    const backend = (await backendsWith(modules)).find((one) => one.name === name)
    return backend === undefined ? unusable('not part of this version of the program') : await backend.probe()
  } catch (error) {
    return unusable((error as Error).message)
  }
}

const unusable = (reason: string): Availability => ({ usable: false, reason, remedy: null })
