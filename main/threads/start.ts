/** The one place that starts threads. */
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { shareLock } from './lock.ts'

/**
 * Starts a thread that runs the TypeScript file at `url`.
 *
 * Node strips types with a WebAssembly program, loaded in every thread. After 1000 calls V8 compiles a wrapper for an import
 * and shares it between threads; a thread that takes it while another releases it reads freed memory, and the process ends
 * (SIGSEGV in Runtime_TierUpWasmToJSWrapper, V8 13.6 of Node 24, once in some thousand threads). The flag keeps V8 from
 * compiling wrappers. A bundle has no types to strip, and Electron's V8 may not know the flag.
 */
export function startThread(url: URL, workerData?: unknown): Worker {
  if (import.meta.url.endsWith('.ts')) setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647')
  shareLock()
  return new Worker(url, { workerData })
}
