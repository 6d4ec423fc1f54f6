/**
 * Storage and dispatch of the `webgpu` backend: that of TensorFlow.js, plus programs with several outputs and reused
 * buffers.
 */
import { env, util, type BackendValues, type DataType, type TensorInfo } from '@tensorflow/tfjs-core'
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { bufferSize } from './bufferSize.ts'

export const WEBGPU = 'webgpu'

/** A compute shader. Bindings 0, 1, … are `buffers` in their order, then the uniforms. Entry point: `main`. */
export interface Shader {
  /** Identifies the shader and its variant: shaders of the same name are compiled once. */
  name: string
  code: string
}

/** The arguments of one dispatch. */
export interface Dispatch {
  buffers: TensorInfo[]
  /** Those of `buffers` that the shader writes to. */
  writes: TensorInfo[]
  /** Fields of a struct of 4-byte numbers: u32 as plain numbers, f32 as { f32 }. */
  uniforms: (number | { f32: number })[]
  /** Number of workgroups along x, and along y. */
  groups: [number, number?]
}

/** Private members of TensorFlow.js’ class that we use, in the version that package.json pins. */
interface Internals {
  computePassEncoder: GPUComputePassEncoder | null
  commandEncoder: GPUCommandEncoder
  commandQueueOwnedIds: WeakSet<object>
  uniformPendingDisposal: GPUBuffer[]
  dispatchCountInPass: number
}

const STORAGE = 0x80 | 0x04 | 0x08 // STORAGE, COPY_SRC, COPY_DST
const UNIFORM = 0x40 | 0x08 // UNIFORM, COPY_DST
/** Dispatches per submission: a few submissions per step, so that the device starts early without one per dispatch. */
const SUBMIT_EVERY = 64

export class ComputeBackend extends WebGPUBackend {
  /** Number of dispatches so far, including those of TensorFlow.js: a measure of a step's cost. */
  dispatches = 0
  private readonly pipelines = new Map<string, GPUComputePipeline>()
  private readonly inside = this as unknown as Internals

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info)
    env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', SUBMIT_EVERY)
    // Few distinct sizes, so that a released buffer fits the next batch although its lengths differ.
    const acquire = this.bufferManager.acquireBuffer.bind(this.bufferManager)
    this.bufferManager.acquireBuffer = (size, usage, ...rest) => acquire(bufferSize(size), usage, ...rest)
  }

  /** Shared memory of a workgroup. */
  get sharedBytes(): number {
    return this.device.limits.maxComputeWorkgroupStorageSize
  }

  /** A new tensor with arbitrary content. */
  output(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    return this.makeTensorInfo(shape, dtype)
  }

  /** A tensor for one or a few dispatches. Pass it to release() afterwards. */
  upload(values: Int32Array | Float32Array): TensorInfo {
    return this.makeTensorInfo([values.length], values instanceof Int32Array ? 'int32' : 'float32', values)
  }

  release(...tensors: TensorInfo[]): void {
    for (const { dataId } of tensors) this.disposeData(dataId)
  }

  /** Appends a dispatch to the commands for the device. */
  dispatch({ name, code }: Shader, { buffers, writes, uniforms, groups }: Dispatch): void {
    for (const { dataId } of buffers) {
      this.uploadToGPU(dataId)
      this.inside.commandQueueOwnedIds.add(dataId)
    }
    // Copies on the host are outdated once the device writes.
    for (const { dataId } of writes) this.tensorMap.get(dataId).values = null as never
    const pipeline = this.pipelineOf(name, code)
    const resources = [
      ...buffers.map(({ dataId }) => this.tensorMap.get(dataId).resource as GPUBuffer),
      ...(uniforms.length ? [this.uniformBuffer(uniforms)] : []),
    ]
    const entries = resources.map((buffer, binding) => ({ binding, resource: { buffer } }))
    const group = this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries })
    this.ensureCommandEncoderReady()
    const pass = (this.inside.computePassEncoder ??= this.inside.commandEncoder.beginComputePass())
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, group)
    pass.dispatchWorkgroups(...groups)
    this.dispatches++
    if (++this.inside.dispatchCountInPass >= SUBMIT_EVERY) {
      this.endComputePassEncoder()
      this.submitQueue()
    }
  }

  override runWebGPUProgram(...args: Parameters<WebGPUBackend['runWebGPUProgram']>): TensorInfo {
    this.dispatches++
    return super.runWebGPUProgram(...args)
  }

  /** Writes through the queue: a released buffer is not used by any command that is yet to be submitted. */
  override uploadToGPU(dataId: object): void {
    const data = this.tensorMap.get(dataId)
    if (data.resource != null || !data.values) return super.uploadToGPU(dataId)
    const values =
      data.dtype === 'float32'
        ? Float32Array.from(data.values as Float32Array)
        : Int32Array.from(data.values as Int32Array)
    const buffer = this.bufferManager.acquireBuffer(values.byteLength, STORAGE)
    this.queue.writeBuffer(buffer, 0, values)
    data.resource = buffer
    data.values = null as never
  }

  /** As in TensorFlow.js, except that a buffer may be longer than its tensor. */
  override async read(dataId: object): Promise<BackendValues> {
    const data = this.tensorMap.get(dataId)
    if (data.values != null) return data.values
    const bytes = await this.getBufferData(data.resource as GPUBuffer)
    const values = new (data.dtype === 'float32' ? Float32Array : Int32Array)(bytes, 0, util.sizeFromShape(data.shape))
    return data.dtype === 'bool' ? Uint8Array.from(values) : values
  }

  /** Replaces the values of a tensor that only this program writes to. */
  overwrite({ dataId }: TensorInfo, values: Float32Array): void {
    const data = this.tensorMap.get(dataId)
    if (data.resource != null) {
      // Pending commands refer to the old values.
      this.flush()
      this.queue.writeBuffer(data.resource as GPUBuffer, 0, values.slice())
      data.values = null as never
    } else data.values = values.slice()
  }

  /** Submits all pending commands. */
  flush(): void {
    this.endComputePassEncoder()
    this.ensureCommandEncoderReady()
    this.submitQueue()
  }

  private pipelineOf(name: string, code: string): GPUComputePipeline {
    let pipeline = this.pipelines.get(name)
    if (pipeline === undefined) {
      const module = this.device.createShaderModule({ code, label: name })
      pipeline = this.device.createComputePipeline({
        compute: { module, entryPoint: 'main' },
        layout: 'auto',
        label: name,
      })
      this.pipelines.set(name, pipeline)
    }
    return pipeline
  }

  private uniformBuffer(uniforms: Dispatch['uniforms']): GPUBuffer {
    const view = new DataView(new ArrayBuffer(4 * uniforms.length))
    uniforms.forEach((value, i) =>
      typeof value === 'number' ? view.setUint32(4 * i, value, true) : view.setFloat32(4 * i, value.f32, true),
    )
    const buffer = this.bufferManager.acquireBuffer(view.byteLength, UNIFORM)
    this.queue.writeBuffer(buffer, 0, view.buffer)
    this.inside.uniformPendingDisposal.push(buffer)
    return buffer
  }
}
