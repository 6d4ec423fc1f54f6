/** The graphics adapter of this machine, through Dawn: the WebGPU implementation of Chromium, as a package for Node. */
import { createRequire } from 'node:module'

export interface FoundAdapter {
  adapter: GPUAdapter
  /** As its maker names it. */
  name: string
  /** Computed by the processor (SwiftShader, llvmpipe): right, and very slow. */
  software: boolean
  /** Of Dawn’s package. */
  version: string
}

/** Dawn lives as long as this object does. */
let gpu: GPU | null = null

/** Throws an Error where the package is not installed or does not load here; null where there is no adapter. */
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

/** What TensorFlow.js finds the adapter by, as in a browser. */
export function publishGpu(): void {
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
}

/** A device with as much room as the adapter has. */
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
