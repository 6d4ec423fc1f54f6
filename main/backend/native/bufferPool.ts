/** Large float buffers that go round from step to step instead of being allocated, zeroed and collected each time. */

const POOLED_FROM = 4096

export class BufferPool {
  private readonly free = new Map<number, Float32Array[]>()
  private readonly ours = new WeakSet<Float32Array>()

  /** An array of n floats with any content. */
  take(n: number): Float32Array {
    if (n < POOLED_FROM) return new Float32Array(n)
    // Whole pages in steps of an eighth, so that batches of nearly the same size share buffers.
    const capacity = roundUp(n)
    const buffer = this.free.get(capacity)?.pop() ?? new Float32Array(capacity)
    const view = buffer.length === n ? buffer : new Float32Array(buffer.buffer, 0, n)
    this.ours.add(view)
    return view
  }

  /** Takes back an array that take() gave and nobody reads any more; ignores all others. */
  give(values: unknown): void {
    if (!(values instanceof Float32Array) || !this.ours.delete(values)) return
    const buffer = new Float32Array(values.buffer)
    const list = this.free.get(buffer.length)
    if (list) list.push(buffer)
    else this.free.set(buffer.length, [buffer])
  }
}

function roundUp(n: number): number {
  const step = Math.max(1024, 2 ** (Math.floor(Math.log2(n)) - 3))
  return Math.ceil(n / step) * step
}
