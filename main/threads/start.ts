/** Threads of this program: the one place that starts them. */
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { shareLock } from './lock.ts'

/**
 * A thread that runs the TypeScript file at `url`.
 *
 * Node strips types by a program in WebAssembly, anew in every thread. V8 compiles a wrapper for an import that was called 1000
 * times and keeps it for all threads; one that takes it while another lets go of it reads freed memory, and the process ends (SIGSEGV
 * beneath Runtime_TierUpWasmToJSWrapper, V8 13.6 of Node 24, once in some thousand threads). So no wrapper is compiled. A bundle
 * has no types to strip, and Electron's V8 need not know the setting.
 */
export function startThread(url: URL, workerData?: unknown): Worker {
  if (import.meta.url.endsWith('.ts')) setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647')
  shareLock()
  return new Worker(url, { workerData })
}
