/**
 * Environment variables that TensorFlow reads when it is first loaded. They must be set in the main thread: a worker's
 * process.env is a copy that the library does not see.
 */
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  // Hides its notes on the processor; errors arrive as exceptions.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  // TensorFlow uses oneDNN's kernels on processors with AVX-512. They are no faster on this network, sum in another
  // order,
  // and log a notice to stderr at every log level.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0'
}

/**
 * Limits the cores that TensorFlow uses, for all threads of this process together, because it has one pool. Call it
 * in the main thread before anything probes the backend. The first call counts, and TF_NUM_INTRAOP_THREADS set by the
 * user takes precedence. TensorFlow splits sums by this number, so a run's bits depend on it.
 */
export function limitCores(cores: number): void {
  if (isMainThread) process.env.TF_NUM_INTRAOP_THREADS ??= String(cores)
}
