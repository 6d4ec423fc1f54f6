/** Storage of the `native` TensorFlow.js backend: that of the CPU backend, with a pool of buffers. */
import type { DataId, TensorInfo } from '@tensorflow/tfjs-core'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import { sizeOf } from '../../../shared/util/arrays.ts'
import { BufferPool } from './bufferPool.ts'

export const NATIVE = 'native'

export class NativeBackend extends MathBackendCPU {
  private readonly pool = new BufferPool()

  /** The values of a float tensor, in place. */
  floats(tensor: { dataId: DataId }): Float32Array {
    return this.data.get(tensor.dataId).values as Float32Array
  }

  /** The values of a bool tensor, in place. */
  bytes(tensor: { dataId: DataId } | null | undefined): Uint8Array | null {
    return tensor ? (this.data.get(tensor.dataId).values as Uint8Array) : null
  }

  /** A float array from the pool, with arbitrary content. Pass it to release() or output(). */
  scratch(n: number): Float32Array {
    return this.pool.take(n)
  }

  release(values: Float32Array): void {
    this.pool.give(values)
  }

  /**
   * A new float tensor around `values` (default: a pooled array with arbitrary content). The array returns to the
   * pool when the tensor is disposed.
   */
  output(shape: number[], values = this.pool.take(sizeOf(shape))): TensorInfo {
    return this.makeTensorInfo(shape, 'float32', values)
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const values = this.data.has(dataId) ? this.data.get(dataId).values : null
    const disposed = super.disposeData(dataId, force)
    if (disposed) this.pool.give(values)
    return disposed
  }
}
