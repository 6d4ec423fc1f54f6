/** Graphics cards of any vendor, through WebGPU. Needs no CUDA installation. */
import { registerBackend, setBackend } from '@tensorflow/tfjs-core'
import type { Availability } from '../../../shared/devices/backends.ts'
import type { Backend } from '../backend.ts'
import { findAdapter, openDevice, publishGpu, type FoundAdapter } from './adapter.ts'

/** A working copy has them among its own packages; beside an installed package they are added by name. */
const PACKAGES = import.meta.url.endsWith('.ts') ? '' : ' -g webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0'

const NAME = 'webgpu'

type Found = FoundAdapter | { reason: string; remedy: string }

let asked: Promise<Found> | null = null
let registered: Promise<void> | null = null

export const webgpu: Backend = {
  name: NAME,

  async probe(): Promise<Availability> {
    const found = await (asked ??= find())
    if ('reason' in found) return { usable: false, ...found }
    const { name, software, version } = found
    return { usable: true, version: `WebGPU (Dawn ${version})`, device: name, memoryBytes: null, isa: null, software }
  },

  async use() {
    const found = await (asked ??= find())
    if ('reason' in found) throw new Error(`${found.reason}; ${found.remedy}`)
    await (registered ??= register(found))
    await setBackend(NAME)
  },
}

async function find(): Promise<Found> {
  try {
    const found = await findAdapter()
    return (
      found ?? {
        reason: 'no graphics adapter found: neither Vulkan nor Metal nor Direct3D 12 has one',
        remedy: remedyFor(process.platform),
      }
    )
  } catch (error) {
    const [line] = (error as Error).message.split('\n')
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    return {
      reason: missing ? 'the package webgpu is not installed' : `the package webgpu does not load: ${line}`,
      remedy: `install it with "npm install${PACKAGES}"; it exists for x64 and arm64 processors only`,
    }
  }
}

function remedyFor(platform: string): string {
  if (platform === 'linux') return 'install the card’s driver and the Vulkan loader (libvulkan1 on Debian and Ubuntu)'
  return 'install the driver of the graphics card'
}

/** Registers TensorFlow.js’ kernels for WebGPU, then ours, which replace some of them. Called once per thread. */
async function register({ adapter }: FoundAdapter): Promise<void> {
  // It registers all gradients of the composed ops.
  await import('@tensorflow/tfjs')
  // Imported before publishGpu(): if it found an adapter, it would register its own backend under our name.
  const { ComputeBackend } = await import('./backend.ts')
  const { registerWebgpuKernels } = await import('./kernels.ts')
  const { registerWebgpuHostKernels } = await import('./hostKernels.ts')
  publishGpu()
  const device = await openDevice(adapter)
  registerBackend(NAME, () => new ComputeBackend(device, adapter.info))
  registerWebgpuKernels()
  registerWebgpuHostKernels()
}
