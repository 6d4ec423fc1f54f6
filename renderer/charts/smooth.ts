/** Exponential moving average with bias correction, updated as points are added. No DOM. */
import { Series } from './columns.ts'

/**
 * m ← w m + (1 − w) y, shown as m / (1 − wⁿ): without the division the first values would tend to 0.
 * Values that are not finite are passed through and do not enter the mean.
 */
export class Smoother {
  readonly weight: number
  private readonly source: Series
  private result = new Series()
  private generation: number
  private mean = 0
  /** wⁿ of the n values so far. */
  private rest = 1

  /** weight: 0 leaves values unchanged; close to 1, the past dominates. */
  constructor(source: Series, weight: number) {
    if (!(weight >= 0 && weight < 1)) throw new RangeError(`smoothing is ${weight}; it must be at least 0 and below 1`)
    this.source = source
    this.weight = weight
    this.generation = source.generation
  }

  /** The smoothed line over all present points; the same object as long as points are only added. */
  series(): Series {
    if (this.source.generation !== this.generation) this.restart()
    const { x, y } = this.source
    for (let i = this.result.length; i < x.length; i++) this.result.push(x[i], this.take(y[i]))
    return this.result
  }

  private restart(): void {
    this.result = new Series()
    this.generation = this.source.generation
    this.mean = 0
    this.rest = 1
  }

  private take(value: number): number {
    if (!Number.isFinite(value)) return value
    this.mean = this.weight * this.mean + (1 - this.weight) * value
    this.rest *= this.weight
    return this.mean / (1 - this.rest)
  }
}

const smoothers = new WeakMap<Series, Smoother>()

/** The line itself where the weight is 0. Results are cached for the lifetime of the line. */
export function smoothed(series: Series, weight: number): Series {
  if (weight === 0) return series
  let smoother = smoothers.get(series)
  if (smoother?.weight !== weight) smoothers.set(series, (smoother = new Smoother(series, weight)))
  return smoother.series()
}
