/**
 * TensorFlow's C library, through the Node binding of TensorFlow.js. It computes on an NVIDIA card if it is built for
 * CUDA and finds one, else on the processor.
 */
import { execFileSync } from 'node:child_process'
import { totalmem } from 'node:os'
import { setBackend } from '@tensorflow/tfjs-core'
import type { Availability } from '../../../shared/devices/backends.ts'
import type { Backend } from '../backend.ts'
import { processorName } from '../machine.ts'
import './environment.ts'
import { registerTensorflowHostKernels } from './hostKernels.ts'
import { registerTensorflowKernels } from './kernels.ts'
import { loadTensorflow } from './loading.ts'
import { TENSORFLOW } from './raw.ts'

let registered = false

export const tensorflow: Backend = {
  name: TENSORFLOW,

  async probe(): Promise<Availability> {
    const loaded = loadTensorflow()
    if ('reason' in loaded) return { usable: false, ...loaded }
    const version = `TensorFlow ${loaded.backend.binding.TF_Version}`
    if (loaded.backend.isUsingGpuDevice)
      return { usable: true, version: `${version} with CUDA`, ...graphicsCard(), isa: null }
    return { usable: true, version, device: processorName(), memoryBytes: totalmem(), isa: null }
  },

  /** Ignores `threads`: TensorFlow has one pool for the whole process, see environment.ts. */
  async use() {
    const loaded = loadTensorflow()
    if ('reason' in loaded) throw new Error(`${loaded.reason}; ${loaded.remedy}`)
    if (!registered) {
      registerTensorflowKernels(loaded)
      registerTensorflowHostKernels()
      registered = true
    }
    await setBackend(TENSORFLOW)
  },
}

/** The first graphics card, from the driver's tool: the binding reports only that there is one. */
function graphicsCard(): { device: string; memoryBytes: number | null } {
  try {
    const answer = execFileSync('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'], {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [device, mebibytes] = answer.split('\n')[0].split(', ')
    return { device, memoryBytes: Number(mebibytes) * 2 ** 20 || null }
  } catch {
    return { device: 'NVIDIA graphics card', memoryBytes: null }
  }
}
