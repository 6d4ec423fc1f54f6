/** Step and epoch metrics of trainings. */
import type { Database } from 'better-sqlite3'
import { toJson } from '../../shared/util/json.ts'
import type { EpochMetric, StepMetric } from '../../shared/runs/training.ts'
import { decimate } from './decimate.ts'
import {
  CHUNK_STEPS,
  decodeChunk,
  emptyChunk,
  encodeChunk,
  putStep,
  truncateChunk,
  type StepChunk,
} from './stepChunk.ts'
import { epochMetricSchema } from './schemas.ts'
import { parseStored } from './stored.ts'
import type { StepQuery } from './types.ts'

const chunkOf = (step: number) => Math.floor(step / CHUNK_STEPS)

/** `training` is the row id in the table `trainings`. Call writes within a transaction. */
export function metricsTable(db: Database) {
  const readChunk = db.prepare<[number, number], { data: Buffer }>(
    'SELECT data FROM step_chunks WHERE training = ? AND chunk = ?',
  )
  const readChunks = db.prepare<[number, number, number], { chunk: number; data: Buffer }>(
    'SELECT chunk, data FROM step_chunks WHERE training = ? AND chunk BETWEEN ? AND ? ORDER BY chunk',
  )
  const writeChunk = db.prepare(
    'INSERT INTO step_chunks (training, chunk, data) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data',
  )
  const dropChunks = db.prepare('DELETE FROM step_chunks WHERE training = ? AND chunk >= ?')
  const writeEpoch = db.prepare(
    'INSERT INTO epoch_metrics (training, epoch, metric) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET metric = excluded.metric',
  )
  const readEpochs = db
    .prepare<[number], string>('SELECT metric FROM epoch_metrics WHERE training = ? ORDER BY epoch')
    .pluck()
  const dropEpochs = db.prepare('DELETE FROM epoch_metrics WHERE training = ? AND epoch >= ?')

  function load(training: number, chunk: number): StepChunk {
    const row = readChunk.get(training, chunk)
    return row === undefined ? emptyChunk(chunk) : decodeChunk(chunk, row.data)
  }

  function saveSteps(training: number, steps: StepMetric[]): void {
    for (const [chunk, members] of Map.groupBy(steps, ({ step }) => chunkOf(step))) {
      const stored = load(training, chunk)
      for (const metric of members) putStep(stored, metric)
      writeChunk.run(training, chunk, encodeChunk(stored))
    }
  }

  function rewind(training: number, step: number, epoch: number): void {
    const chunk = chunkOf(step)
    const partial = load(training, chunk)
    truncateChunk(partial, step)
    const left = encodeChunk(partial)
    dropChunks.run(training, chunk)
    if (left !== null) writeChunk.run(training, chunk, left)
    dropEpochs.run(training, epoch)
  }

  function steps(training: number, { from = 0, to = Infinity, task, maxPoints }: StepQuery): StepMetric[] {
    const last = Number.isFinite(to) ? chunkOf(to - 1) : Number.MAX_SAFE_INTEGER
    const chunks = readChunks.all(training, chunkOf(from), last).map(({ chunk, data }) => decodeChunk(chunk, data))
    return decimate(chunks, { from, to, task, maxPoints })
  }

  return {
    saveSteps,
    saveEpochs: (training: number, epochs: EpochMetric[]) => {
      for (const metric of epochs) writeEpoch.run(training, metric.epoch, toJson(metric))
    },
    rewind,
    steps,
    epochs: (training: number) =>
      readEpochs
        .all(training)
        .map((metric) => parseStored<EpochMetric>('The metrics of an epoch', metric, epochMetricSchema)),
  }
}
