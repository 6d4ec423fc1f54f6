/** Entry of a thread that probes one backend and posts the result. Whoever started it terminates it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { BackendName } from '../../shared/devices/backends.ts'
import { probe } from './availability.ts'
import type { BackendModules } from './backend.ts'

const { name, modules } = workerData as { name: BackendName; modules: BackendModules }
parentPort!.postMessage(await probe(name, modules))
