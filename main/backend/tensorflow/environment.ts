/**
 * What TensorFlow reads from its process's environment when it is first loaded. The environment that counts is the main thread's:
 * a worker's process.env is a copy, which the library does not see.
 */
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  // Its notes on the processor are no news to the user; errors come as exceptions.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  // oneDNN's own kernels, which TensorFlow takes on processors with AVX-512: no faster on this network, with sums in an order of their own, and it
  // says so on the error stream at any log level.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0'
}

/**
 * How many cores TensorFlow may use, for all threads of this process together: it has one pool. Call it in the main thread before
 * anything asks for the backend; the first call counts, and a person's own TF_NUM_INTRAOP_THREADS wins. Its sums are split by this
 * number, so a run's bits depend on it, though not on what else the process computes.
 */
export function limitCores(cores: number): void {
  if (isMainThread) process.env.TF_NUM_INTRAOP_THREADS ??= String(cores)
}
