/** Checks the content of an archive row by row: everything that the program later reads of the run must be readable. */
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { digestOf } from '../../../shared/runs/digest.ts'
import { artifactsTable, checkpointsTable, documentsTable } from '../blobs.ts'
import { DOCUMENTS } from '../artifacts.ts'
import { StoreError } from '../errors.ts'
import { evaluationsTable } from '../evaluations.ts'
import { masksTable } from '../masks.ts'
import { metricsTable } from '../metrics.ts'
import { runsTable } from '../runs.ts'
import { documentSchemas } from '../schemas.ts'
import { checkStored } from '../stored.ts'
import { trainingsTable } from '../trainings.ts'

/** Throws a StoreError 'damaged' that names the file. */
export function checkContent(archive: Database, run: string, path: string): void {
  try {
    checkRun(archive, run)
  } catch (error) {
    // Whatever reading a made-up row throws: it is damaged.
    throw new StoreError('damaged', `${path} is damaged: ${(error as Error).message}`, error)
  }
}

function checkRun(archive: Database, run: string): void {
  const checkpoints = checkpointsTable(archive)
  const artifacts = artifactsTable(archive)
  const documents = documentsTable(archive)
  const masks = masksTable(archive)
  const metrics = metricsTable(archive)
  const { config, report, name, createdAt } = runsTable(archive).get(run)
  if (name.trim() === '' || name.length > 1000) throw new Error('the run has no usable name.')
  if (Number.isNaN(Date.parse(createdAt))) throw new Error('the run has no date.')

  const trainings = trainingsTable(archive, { checkpoints, artifacts, masks, metrics }).list(run)
  for (const { row, record } of trainings) {
    metrics.epochs(row)
    metrics.steps(row, { maxPoints: 2 })
    checkpoints.load(row)
    if (!Number.isSafeInteger(record.totalSteps) || record.totalSteps < 0)
      throw new Error('a training has no number of steps.')
  }
  for (const { training, name: artifact } of artifacts.list(run)) artifacts.load(run, training, artifact)
  for (const { task, round } of masks.list(run)) masks.load(run, task, round)
  const evaluations = evaluationsTable(archive)
  for (const { split, task, methods } of evaluations.list(run)) {
    const evaluated = evaluations.loadSplit(run, split, task)!
    for (const one of methods) evaluations.loadPrediction(run, evaluated, one)
  }
  for (const document of Object.values(DOCUMENTS)) {
    const value = documents.load(run, document)
    if (value !== null)
      checkStored(`The document ${document} of the run`, value, documentSchemas[document] ?? z.unknown())
  }
  const digested = trainings.map(({ row, record: { id, result } }) => ({ row, id, result }))
  digestOf(config, report, digested, ({ row }) => metrics.epochs(row))
}
