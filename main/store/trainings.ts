/** Trainings of a run. They advance by commits only. */
import type { Database } from 'better-sqlite3'
import { toJson } from '../../shared/util/json.ts'
import { trainingKey, type Phase, type TrainingId, type TrainingResult } from '../../shared/runs/training.ts'
import type { artifactsTable, checkpointsTable } from './blobs.ts'
import { StoreError } from './errors.ts'
import type { masksTable } from './masks.ts'
import type { metricsTable } from './metrics.ts'
import { trainingIdSchema, trainingResultSchema } from './schemas.ts'
import { checkStored, parseStored } from './stored.ts'
import type { TrainingCommit, TrainingRecord } from './types.ts'

interface Tables {
  checkpoints: ReturnType<typeof checkpointsTable>
  artifacts: ReturnType<typeof artifactsTable>
  masks: ReturnType<typeof masksTable>
  metrics: ReturnType<typeof metricsTable>
}

interface Row {
  id: number
  phase: Phase
  task: string | null
  round: number | null
  total_steps: number
  result: string | null
  step: number | null
  epoch: number | null
}

const COLUMNS = `SELECT t.id, phase, task, round, total_steps, result, c.step, c.epoch
  FROM trainings t LEFT JOIN checkpoints c ON c.training = t.id`

export function trainingsTable(db: Database, tables: Tables) {
  const find = db.prepare<[string, string], Row>(`${COLUMNS} WHERE run = ? AND key = ?`)
  const list = db.prepare<[string], Row>(`${COLUMNS} WHERE run = ? ORDER BY t.id`)
  const insert = db.prepare(
    'INSERT INTO trainings (run, key, phase, task, round, total_steps) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const restart = db.prepare('UPDATE trainings SET total_steps = ? WHERE id = ?')
  const finish = db.prepare('UPDATE trainings SET result = ? WHERE id = ?')

  /** The row id; starts the training if the commit says so. */
  function enter(run: string, { id, start, result, ...rest }: TrainingCommit): number {
    const known = find.get(run, trainingKey(id))
    if (known === undefined) {
      if (start === undefined)
        throw new StoreError(
          'missing',
          `Run ${run} has no training ${trainingKey(id)}; its first commit must start it.`,
        )
      return Number(insert.run(run, trainingKey(id), id.phase, id.task, id.round, start.totalSteps).lastInsertRowid)
    }
    // Repeating the last commit is fine; metrics after the result would contradict it.
    if (
      known.result !== null &&
      result === undefined &&
      (start ?? rest.steps ?? rest.epochs ?? rest.checkpoint) !== undefined
    ) {
      throw new RangeError(`The training ${trainingKey(id)} of run ${run} is finished and cannot go on.`)
    }
    if (start !== undefined) restart.run(start.totalSteps, known.id)
    return known.id
  }

  /** Call it within a transaction. */
  function commit(run: string, change: TrainingCommit): void {
    const training = enter(run, change)
    if (change.steps !== undefined) tables.metrics.saveSteps(training, change.steps)
    if (change.epochs !== undefined) tables.metrics.saveEpochs(training, change.epochs)
    for (const [name, bundle] of Object.entries(change.artifacts ?? {}))
      tables.artifacts.save(run, trainingKey(change.id), name, bundle)
    for (const { task, round, mask } of change.masks ?? []) tables.masks.save(run, task, round, mask)
    if (change.result !== undefined) {
      finish.run(toJson(change.result), training)
      tables.checkpoints.drop(training)
    } else if (change.checkpoint !== undefined) {
      tables.checkpoints.save(training, change.checkpoint)
    }
  }

  return {
    commit,
    /** The row id; null where the training never started. */
    rowOf: (run: string, id: TrainingId) => find.get(run, trainingKey(id))?.id ?? null,
    get(run: string, id: TrainingId): TrainingRecord | null {
      const row = find.get(run, trainingKey(id))
      return row === undefined ? null : toRecord(row)
    },
    list: (run: string) => list.all(run).map((row) => ({ row: row.id, record: toRecord(row) })),
  }
}

function toRecord({ phase, task, round, total_steps: totalSteps, result, step, epoch }: Row): TrainingRecord {
  return {
    id: checkStored<TrainingId>('A training of the run', { phase, task, round }, trainingIdSchema),
    state: result === null ? 'running' : 'finished',
    totalSteps,
    result:
      result === null ? null : parseStored<TrainingResult>('The result of a training', result, trainingResultSchema),
    checkpoint: step === null || epoch === null ? null : { step, epoch },
  }
}
