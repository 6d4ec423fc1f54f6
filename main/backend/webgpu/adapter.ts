/** The graphics adapter of this machine, through Dawn, Chromium's WebGPU implementation, as a Node package. */
import { createRequire } from 'node:module'

export interface FoundAdapter {
  adapter: GPUAdapter
  /** The manufacturer's name for it. */
  name: string
  /** Emulated by the processor (SwiftShader, llvmpipe): correct, but very slow. */
  software: boolean
  /** Version of Dawn’s package. */
  version: string
}

/** Keeps Dawn alive. */
let gpu: GPU | null = null

/** Null if there is no adapter. Throws an Error if the package is not installed or does not load. */
export async function findAdapter(): Promise<FoundAdapter | null> {
  if (gpu === null) {
    const { create, globals } = await import('webgpu')
    Object.assign(globalThis, globals)
    gpu = create([])
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) return null
  const { description, device, vendor, architecture, isFallbackAdapter } = adapter.info
  const { version } = createRequire(import.meta.url)('webgpu/package.json') as { version: string }
  const name = [device, description, [vendor, architecture].filter(Boolean).join(' ')].find(
    (text) => text !== '' && !/^0x/.test(text),
  )
  return { adapter, name: name ?? 'unnamed adapter', software: isFallbackAdapter, version }
}

/** Sets navigator.gpu, through which TensorFlow.js finds the adapter, as in a browser. */
export function publishGpu(): void {
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
}

/** A device with the adapter's own limits, which are higher than the defaults. */
export function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const wanted = [
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxStorageBuffersPerShaderStage',
    'maxComputeWorkgroupStorageSize',
    'maxComputeWorkgroupsPerDimension',
    'maxComputeWorkgroupSizeX',
    'maxComputeInvocationsPerWorkgroup',
  ] as const
  return adapter.requestDevice({
    requiredLimits: Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]])),
  })
}
