/** The points of the simulated annotator as a table: F1 by sentences labelled, and whether the bar is met. */
import { spread } from '../shared/util/spread.ts'
import type { Order } from './labellingOrders.ts'

export interface Point {
  corpus: string
  vectors: boolean
  order: Order
  seed: number
  /** Sentences labelled, of which a fifth is dev. */
  size: number
  /** Span F1 in percent, on test and on the dev part. */
  f1: number
  dev: number
  seconds: number
  /** The sentences labelled next. */
  next: number[]
}

/** Mean ± standard deviation over seeds of F1 on test. */
export function curveTable(points: readonly Point[], sizes: readonly number[]): string {
  const lines = [['corpus', 'vectors', 'order', 'seeds', ...sizes.map(String)].join('\t')]
  for (const [key, own] of Map.groupBy(points, ({ corpus, vectors, order }) =>
    [corpus, vectors ? 'with' : 'without', order].join('\t'),
  )) {
    const cells = sizes.map((size) => {
      const found = spread(own.filter((point) => point.size === size).map(({ f1 }) => f1))
      if (found === null) return '–'
      return found.mean.toFixed(2) + (found.deviation === null ? '' : ` ± ${found.deviation.toFixed(2)}`)
    })
    lines.push([key, new Set(own.map(({ seed }) => seed)).size, ...cells].join('\t'))
  }
  return lines.join('\n')
}
