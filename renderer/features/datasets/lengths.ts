/** Sentence lengths as bars. No DOM. */
import { LENGTH_BIN, type SplitFigures } from '../../../shared/annotation/corpusFigures.ts'
import type { CorpusFigures, Split } from '../../../shared/protocol/requests/datasets.ts'

/** The number of bins; longer sentences share the last. */
const BINS = 16

/** The figures of each split, from any task: lengths are the same for all. */
export function figuresBySplit({ statistics }: CorpusFigures): { split: Split; figures: SplitFigures }[] {
  return (['train', 'dev', 'test'] as const).flatMap((split) => statistics.find((entry) => entry.split === split) ?? [])
}

/** The percentage of sentences of each split per bin of length. */
export function lengthBars(splits: { split: Split; figures: SplitFigures }[]): {
  categories: string[]
  series: { name: Split; values: number[] }[]
} {
  const most = Math.max(0, ...splits.map(({ figures }) => figures.lengths.length))
  const bins = Math.min(most, BINS)
  const categories = Array.from({ length: bins }, (_, i) =>
    i === BINS - 1 && most > BINS ? `over ${LENGTH_BIN * i}` : `${LENGTH_BIN * i + 1}–${LENGTH_BIN * (i + 1)}`,
  )
  const series = splits.map(({ split, figures: { lengths, sentences } }) => {
    const counts = categories.map((_, i) =>
      i === bins - 1 ? lengths.slice(i).reduce((a, b) => a + b, 0) : (lengths[i] ?? 0),
    )
    return { name: split, values: counts.map((count) => (100 * count) / Math.max(1, sentences)) }
  })
  return { categories, series }
}
