/** Large float buffers that go round from step to step instead of being allocated, zeroed and collected each time. */

const POOLED_FROM = 256
/** A free buffer may serve a request this many times smaller: few buffers, though every batch has other sizes. */
const SLACK = 4

export class BufferPool {
  /** Sorted by length. */
  private readonly free: Float32Array[] = []
  /** Those that are out: an array is ours, and taken back once, if its buffer is here. */
  private readonly lent = new Set<ArrayBufferLike>()

  /** An array of n floats with any content. */
  take(n: number): Float32Array {
    if (n < POOLED_FROM) return new Float32Array(n)
    const at = this.firstOf(n)
    const fits = at < this.free.length && this.free[at].length <= SLACK * n
    const buffer = fits ? this.free.splice(at, 1)[0] : new Float32Array(roundUp(n))
    this.lent.add(buffer.buffer)
    return buffer.length === n ? buffer : new Float32Array(buffer.buffer, 0, n)
  }

  /** Takes back an array that take() gave and nobody reads any more; ignores all others. */
  give(values: unknown): void {
    if (!(values instanceof Float32Array) || !this.lent.delete(values.buffer)) return
    const buffer = new Float32Array(values.buffer)
    this.free.splice(this.firstOf(buffer.length), 0, buffer)
  }

  /** Index of the first free buffer of at least n floats. */
  private firstOf(n: number): number {
    let [low, high] = [0, this.free.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.free[middle].length < n) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Whole pages, with an eighth to spare for the next, slightly larger batch. */
function roundUp(n: number): number {
  return n < 1024 ? 1024 : Math.ceil((n * 1.125) / 1024) * 1024
}
