/** Finds a binding of TensorFlow.js to TensorFlow and loads it, once a thread: the package for CUDA, the one for the processor, the one built here. */
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
  /** The package it came with. */
  package: string
  /** An int64 scalar as an input of a raw operation; TensorFlow.js has no such tensors. */
  int64(value: number): TensorInfo
}

export type NotLoaded = { reason: string; remedy: string }

let loaded: Loaded | NotLoaded | undefined

/** Never throws. The current backend stays current. */
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
      // It registers them before it looks for TensorFlow; the next one would find each of them there already.
      for (const { kernelName } of getKernelsForBackend(TENSORFLOW)) unregisterKernel(kernelName, TENSORFLOW)
    }
  }
  return explain(failures)
}

function loadPackage(require: NodeJS.Require, path: string): Omit<Loaded, 'package'> {
  bringBack()
  const current = engine().backendName
  require(path)
  const { Int64Scalar } = require(`${path}/dist/int64_tensors`) as { Int64Scalar: new (value: number) => TensorInfo }
  const node = backend() as NodeBackend
  keepAttributeNames(node)
  // The package makes itself current.
  if (current && current !== TENSORFLOW) void setBackend(current)
  return { backend: node, int64: (value) => new Int64Scalar(value) }
}

/** Functions that Node 23 has no more, and TensorFlow.js for Node calls. */
function bringBack(): void {
  const gone = util as unknown as Record<string, unknown>
  gone.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  // Not gone yet, and deprecated: it would say so at its first call.
  gone.isArray = Array.isArray
}
