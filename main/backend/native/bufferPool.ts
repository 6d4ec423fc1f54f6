/** Large float buffers that are reused from step to step instead of being allocated, zeroed and collected each time. */

const POOLED_FROM = 256
/** An idle buffer may serve a request this many times smaller, so that few buffers suffice for batches of all sizes. */
const SLACK = 4

export class BufferPool {
  /** Buffers not in use, sorted by length. */
  private readonly idle: Float32Array[] = []
  /** Buffers in use. Only these are taken back, and only once. */
  private readonly inUse = new Set<ArrayBufferLike>()

  /** An array of n floats with arbitrary content. */
  take(n: number): Float32Array {
    if (n < POOLED_FROM) return new Float32Array(n)
    const at = this.firstOf(n)
    const fits = at < this.idle.length && this.idle[at].length <= SLACK * n
    const buffer = fits ? this.idle.splice(at, 1)[0] : new Float32Array(roundUp(n))
    this.inUse.add(buffer.buffer)
    return buffer.length === n ? buffer : new Float32Array(buffer.buffer, 0, n)
  }

  /** Returns an array of take() that is no longer read to the pool; ignores all other values. */
  give(values: unknown): void {
    if (!(values instanceof Float32Array) || !this.inUse.delete(values.buffer)) return
    const buffer = new Float32Array(values.buffer)
    this.idle.splice(this.firstOf(buffer.length), 0, buffer)
  }

  /** Index of the first idle buffer of at least n floats. */
  private firstOf(n: number): number {
    let [low, high] = [0, this.idle.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.idle[middle].length < n) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Whole pages, with an eighth to spare for the next, slightly larger batch. */
function roundUp(n: number): number {
  return n < 1024 ? 1024 : Math.ceil((n * 1.125) / 1024) * 1024
}
