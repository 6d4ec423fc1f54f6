/**
 * Finds the binding of TensorFlow.js to TensorFlow and loads it, once per thread. It tries the package for CUDA, the
 * one for the processor, and the one that build.mjs has built.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import {
  backend,
  engine,
  getKernelsForBackend,
  setBackend,
  unregisterKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { withLock } from '../../threads/lock.ts'
import { keepAttributeNames } from './attributeNames.ts'
import { explain } from './explain.ts'
import { TENSORFLOW, type NodeBackend } from './raw.ts'

/** See build.mjs. */
const BUILT_HERE = fileURLToPath(new URL('../../../tensorflow-binding/', import.meta.url))

export interface Loaded {
  backend: NodeBackend
  /** The package that provides it. */
  package: string
  /** An int64 scalar as the input of a raw operation; TensorFlow.js has no int64 tensors. */
  int64(value: number): TensorInfo
}

export type NotLoaded = { reason: string; remedy: string }

let loaded: Loaded | NotLoaded | undefined

/** Loads the binding. Never throws, and does not change the current backend. */
export function loadTensorflow(): Loaded | NotLoaded {
  return (loaded ??= withLock(load))
}

function load(): Loaded | NotLoaded {
  const require = createRequire(import.meta.url)
  const failures: { name: string; error: Error }[] = []
  for (const [name, path] of [
    ['@tensorflow/tfjs-node-gpu'],
    ['@tensorflow/tfjs-node'],
    ['the binding built here', join(BUILT_HERE, 'node_modules', '@tensorflow', 'tfjs-node')],
  ]) {
    try {
      return { ...loadPackage(require, path ?? name), package: name }
    } catch (error) {
      failures.push({ name, error: error as Error })
      // The package registers its kernels before it loads TensorFlow; the next one would find them registered already.
      for (const { kernelName } of getKernelsForBackend(TENSORFLOW)) unregisterKernel(kernelName, TENSORFLOW)
    }
  }
  return explain(failures)
}

function loadPackage(require: NodeJS.Require, path: string): Omit<Loaded, 'package'> {
  restoreRemovedFunctions()
  const current = engine().backendName
  require(path)
  const { Int64Scalar } = require(`${path}/dist/int64_tensors`) as { Int64Scalar: new (value: number) => TensorInfo }
  const node = backend() as NodeBackend
  keepAttributeNames(node)
  // The package makes itself the current backend.
  if (current && current !== TENSORFLOW) void setBackend(current)
  return { backend: node, int64: (value) => new Int64Scalar(value) }
}

/** Restores functions that Node 23 removed and TensorFlow.js for Node still calls. */
function restoreRemovedFunctions(): void {
  const removed = util as unknown as Record<string, unknown>
  removed.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  // Deprecated but still present; replaced, because its first call would print a warning.
  removed.isArray = Array.isArray
}
