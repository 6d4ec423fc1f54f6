/** Thins the points of a chart without losing its peaks. */
import type { StepMetric } from '../../shared/runs/training.ts'
import type { StepChunk } from './stepChunk.ts'
import type { StepQuery } from './types.ts'

/** A step: its chunk and its index in it. */
interface Place {
  chunk: StepChunk
  at: number
  loss: number
}
interface Extremes {
  low: Place
  high: Place
}

/**
 * The steps of the query, in order. Where there are more than `maxPoints`, the range is divided into equal buckets, and
 * for each bucket and task the steps with the lowest and the highest loss are kept. NaN counts as the highest.
 */
export function decimate(
  chunks: StepChunk[],
  { from = 0, to = Infinity, task, maxPoints = Infinity }: StepQuery,
): StepMetric[] {
  const query = { from, to, task }
  let count = 0
  let first = Infinity
  let last = -Infinity
  const tasks = new Set<string>()
  visit(chunks, query, (chunk, at) => {
    count++
    first = Math.min(first, chunk.base + at)
    last = chunk.base + at
    tasks.add(chunk.tasks[chunk.task[at] - 1])
  })
  if (count > maxPoints)
    return extremes(chunks, query, first, last, Math.max(1, Math.floor(maxPoints / (2 * tasks.size))))
  const all: StepMetric[] = []
  visit(chunks, query, (chunk, at) => all.push(metricAt(chunk, at)))
  return all
}

function extremes(chunks: StepChunk[], query: StepQuery, first: number, last: number, buckets: number): StepMetric[] {
  const found: Map<string, Extremes>[] = Array.from({ length: buckets }, () => new Map<string, Extremes>())
  const width = (last - first + 1) / buckets
  visit(chunks, query, (chunk, at) => {
    const bucket = found[Math.min(buckets - 1, Math.floor((chunk.base + at - first) / width))]
    const name = chunk.tasks[chunk.task[at] - 1]
    const loss = Number.isNaN(chunk.loss[at]) ? Infinity : chunk.loss[at]
    const seen = bucket.get(name)
    if (seen === undefined) bucket.set(name, { low: { chunk, at, loss }, high: { chunk, at, loss } })
    else if (loss < seen.low.loss) seen.low = { chunk, at, loss }
    else if (loss > seen.high.loss) seen.high = { chunk, at, loss }
  })
  return found.flatMap((bucket) =>
    [...bucket.values()]
      .flatMap(({ low, high }) => {
        const places = low.chunk === high.chunk && low.at === high.at ? [low] : [low, high]
        return places.map(({ chunk, at }) => metricAt(chunk, at))
      })
      .sort((a, b) => a.step - b.step),
  )
}

/** Calls `see` with every step of the query, in order. */
function visit(
  chunks: StepChunk[],
  { from = 0, to = Infinity, task }: StepQuery,
  see: (chunk: StepChunk, at: number) => void,
): void {
  for (const chunk of chunks) {
    const wanted = task === undefined ? 0 : chunk.tasks.indexOf(task) + 1
    if (task !== undefined && wanted === 0) continue
    const end = Math.min(chunk.task.length, to - chunk.base)
    for (let at = Math.max(0, from - chunk.base); at < end; at++) {
      const is = chunk.task[at]
      if (is !== 0 && (wanted === 0 || is === wanted)) see(chunk, at)
    }
  }
}

function metricAt(chunk: StepChunk, at: number): StepMetric {
  return {
    step: chunk.base + at,
    epoch: chunk.epoch[at],
    task: chunk.tasks[chunk.task[at] - 1],
    loss: chunk.loss[at],
    tokens: chunk.tokens[at],
  }
}
