/** Points of a long line as two growing columns: 100,000 points are two arrays, not 100,000 objects. No DOM, no Vue. */
export class Series {
  private xs: Float64Array
  private ys: Float64Array
  private count = 0
  private sorted = true
  private cuts = 0

  constructor(x: ArrayLike<number> = [], y: ArrayLike<number> = []) {
    this.xs = new Float64Array(Math.max(64, x.length))
    this.ys = new Float64Array(this.xs.length)
    this.append(x, y)
  }

  get length(): number {
    return this.count
  }

  /** A view of the present points; appending does not change it. */
  get x(): Float64Array {
    return this.xs.subarray(0, this.count)
  }

  get y(): Float64Array {
    return this.ys.subarray(0, this.count)
  }

  /** Whether x never decreases, so that a range can be found by bisection. */
  get ascending(): boolean {
    return this.sorted
  }

  /** Changes whenever points are removed: what was computed from them must be computed again. */
  get generation(): number {
    return this.cuts
  }

  append(x: ArrayLike<number>, y: ArrayLike<number>): void {
    if (x.length !== y.length) throw new RangeError(`${x.length} x for ${y.length} y`)
    this.reserve(this.count + x.length)
    this.xs.set(x, this.count)
    this.ys.set(y, this.count)
    for (let i = Math.max(1, this.count); this.sorted && i < this.count + x.length; i++)
      this.sorted = this.xs[i] >= this.xs[i - 1]
    this.count += x.length
  }

  push(x: number, y: number): void {
    this.reserve(this.count + 1)
    if (this.count > 0 && x < this.xs[this.count - 1]) this.sorted = false
    this.xs[this.count] = x
    this.ys[this.count++] = y
  }

  /** Removes all points from number `length` on. */
  truncate(length: number): void {
    if (length >= this.count) return
    this.count = length
    this.cuts++
  }

  private reserve(count: number): void {
    if (count <= this.xs.length) return
    const size = Math.max(count, 2 * this.xs.length)
    this.xs = enlarged(this.xs, size)
    this.ys = enlarged(this.ys, size)
  }
}

function enlarged(values: Float64Array, size: number): Float64Array {
  const larger = new Float64Array(size)
  larger.set(values)
  return larger
}
