/** The store: everything that is kept of runs, in one SQLite file. The contract of the methods is in types.ts. */
import { trainingKey, type EpochMetric, type TrainingId } from '../../shared/runs/training.ts'
import { importRun } from './archive/import.ts'
import { withArchive } from './archive/read.ts'
import { writeArchive } from './archive/write.ts'
import { DOCUMENTS } from './artifacts.ts'
import { artifactsTable, checkpointsTable, documentsTable } from './blobs.ts'
import { claimsTable } from './claims.ts'
import { corporaFolder, corporaTable } from './corpora.ts'
import { annotationStore } from './annotation/index.ts'
import { openDatabase, presenceCheck, shrink } from './database.ts'
import { devicesStore } from './devices.ts'
import { explained } from './errors.ts'
import { experimentsTable } from './experiments.ts'
import { evaluationsTable } from './evaluations.ts'
import { filesTable } from './files.ts'
import { masksTable } from './masks.ts'
import { metricsTable } from './metrics.ts'
import { VERSION } from './migrations.ts'
import { notesTable } from './notes.ts'
import { runsTable } from './runs.ts'
import { summariesTable } from './summaries.ts'
import { trainingsTable } from './trainings.ts'
import type { OpenOptions, Store } from './types.ts'

export { StoreError } from './errors.ts'
export type { Store } from './types.ts'

/**
 * Opens the store. Creates the file and its folder where they are missing, and migrates an older database. ':memory:'
 * is a store without a file. Throws a StoreError: 'newer', 'foreign', 'missing' (read-only), 'readOnly', 'diskFull',
 * 'damaged', 'io'.
 */
export function openStore(path: string, options: OpenOptions = {}): Store {
  const db = openDatabase(path, options)
  const claims = claimsTable(db)
  const runs = runsTable(db)
  const folder = corporaFolder(path)
  const corpora = corporaTable(db, folder)
  const files = filesTable(db, corpora.fileOf)
  const checkpoints = checkpointsTable(db)
  const artifacts = artifactsTable(db)
  const documents = documentsTable(db)
  const notes = notesTable(db)
  const experiments = experimentsTable(db)
  const masks = masksTable(db)
  const evaluations = evaluationsTable(db)
  const metrics = metricsTable(db)
  const trainings = trainingsTable(db, { checkpoints, artifacts, masks, metrics })
  const summaries = summariesTable(db, trainings, metrics)

  const transaction = db.transaction((work: () => unknown) => work())
  const within = <T>(mode: 'deferred' | 'immediate', work: () => T) =>
    explained(path, () => transaction[mode](work) as T)
  const read = <T>(work: () => T) => within('deferred', work)
  const requirePresent = presenceCheck(path)
  // Immediate: takes the write lock before reading, so that it never has to give up halfway.
  const write = <T>(work: () => T) => {
    requirePresent()
    return within('immediate', work)
  }
  /** A write by the run's owner. */
  const own = (run: string, work: () => void) =>
    write(() => {
      claims.requireOwner(run)
      work()
    })
  /** A write on an existing run that does not disturb its owner. */
  const amend = <T>(run: string, work: () => T) =>
    write(() => {
      claims.requireExists(run)
      return work()
    })

  function epochMetrics(run: string, id: TrainingId): EpochMetric[]
  function epochMetrics(run: string): { id: TrainingId; metric: EpochMetric }[]
  function epochMetrics(run: string, id?: TrainingId): EpochMetric[] | { id: TrainingId; metric: EpochMetric }[] {
    return read<EpochMetric[] | { id: TrainingId; metric: EpochMetric }[]>(() => {
      if (id === undefined)
        return trainings
          .list(run)
          .flatMap(({ row, record }) => metrics.epochs(row).map((metric) => ({ id: record.id, metric })))
      const row = trainings.rowOf(run, id)
      return row === null ? [] : metrics.epochs(row)
    })
  }

  const annotation = annotationStore(db, read, write)

  if (options.readonly !== true && read(summaries.isMissing)) write(summaries.fill)

  return {
    path,
    createRun: (run) =>
      write(() => {
        const created = runs.create(run)
        summaries.refresh(created.id)
        return created
      }),
    getRun: (reference) => read(() => runs.get(runs.findId(reference))),
    findRun: (reference) => read(() => runs.identify(reference)),
    listRuns: (filter = {}) => read(() => runs.list(filter)),
    runsWithConfig: (hash) => read(() => runs.withConfig(hash)),
    listSummaries: (filter = {}) => read(() => summaries.list(filter)),
    deleteRun(run) {
      write(() => {
        claims.requireIdle(run)
        runs.remove(run)
      })
      return { freedBytes: explained(path, () => shrink(db)) }
    },
    renameRun: (run, name) => amend(run, () => runs.rename(run, name)),
    addTags: (run, tags) => amend(run, () => runs.addTags(run, tags)),
    removeTags: (run, tags) => amend(run, () => runs.removeTags(run, tags)),
    loadNotes: (run) => read(() => notes.load(run)),
    saveNotes: (run, text, version) => amend(run, () => notes.save(run, text, version)),
    pinBaseline: (run) => (run === null ? write(() => notes.pin(null)) : amend(run, () => notes.pin(run))),
    pinnedBaseline: () => read(() => notes.pinned()),

    listExperiments: () => read(() => experiments.list()),
    getExperiment: (id) => read(() => experiments.get(id)),
    saveExperiment: (experiment) => write(() => experiments.save(experiment)),
    deleteExperiment: (id) => write(() => experiments.remove(id)),

    requireFree: (run) => read(() => claims.requireFree(run)),
    claimRun: (run, environment) =>
      write(() => {
        claims.claim(run, environment === undefined ? null : runs.environmentHash(environment))
        files.locate(run)
        return runs.get(run)
      }),
    saveEnvironment: (run, environment) => own(run, () => runs.saveEnvironment(run, environment)),
    heartbeat: (run, workedSecondsDelta) => write(() => claims.heartbeat(run, workedSecondsDelta)),
    setStatus: (run, status, message = null) => write(() => claims.setStatus(run, status, message)),
    saveReport: (run, report) =>
      own(run, () => {
        runs.saveReport(run, report)
        summaries.refresh(run)
      }),
    saveDatasets: (run, datasets) =>
      own(run, () => {
        runs.saveDatasets(run, datasets)
        summaries.refresh(run)
      }),

    commit: (run, change) =>
      own(run, () => {
        trainings.commit(run, change)
        if ((change.start ?? change.epochs ?? change.result) !== undefined) summaries.refresh(run)
      }),
    rewindMetrics: (run, id, step, epoch) =>
      own(run, () => {
        const row = trainings.rowOf(run, id)
        if (row === null) return
        metrics.rewind(row, step, epoch)
        summaries.refresh(run)
      }),
    trainings: (run) => read(() => trainings.list(run).map(({ record }) => record)),
    training: (run, id) => read(() => trainings.get(run, id)),
    loadCheckpoint: (run, id) =>
      read(() => {
        const row = trainings.rowOf(run, id)
        return row === null ? null : checkpoints.load(row)
      }),

    loadArtifact: (run, id, name) => read(() => artifacts.load(run, keyOf(id), name)),
    saveArtifact: (run, id, name, bundle) => own(run, () => artifacts.save(run, keyOf(id), name, bundle)),
    listArtifacts: (run) => read(() => artifacts.list(run)),
    loadDocument: (run, name) => read(() => documents.load(run, name)),
    saveDocument: (run, name, value) => own(run, () => documents.save(run, name, value)),

    saveMask: (run, task, round, mask) => own(run, () => masks.save(run, task, round, mask)),
    loadMask: (run, task, round) => read(() => masks.load(run, task, round)),
    maskLayers: (run) => read(() => masks.layers(run)),
    listMasks: (run, task) => read(() => masks.list(run, task)),

    saveEvaluation: (run, evaluation) => own(run, () => evaluations.save(run, evaluation)),
    listEvaluations: (run) => read(() => evaluations.list(run)),
    temperatures: (run, method) => read(() => evaluations.temperatures(run, method)),
    calibrate: (run, use) => amend(run, () => documents.save(run, DOCUMENTS.calibration, { use })),
    loadEvaluation: (run, split, task) => read(() => evaluations.loadSplit(run, split, task)),
    loadPrediction: (run, evaluated, method) => read(() => evaluations.loadPrediction(run, evaluated, method)),

    stepMetrics: (run, id, query = {}) =>
      read(() => {
        const row = trainings.rowOf(run, id)
        return row === null ? [] : metrics.steps(row, query)
      }),
    epochMetrics,

    corporaFolder: folder,
    listCorpora: () => read(() => corpora.list()),
    damagedCorpora: () => read(() => corpora.damaged()),
    corpusPaths: (id) => read(() => corpora.paths(id)),
    getCorpus: (id) => read(() => corpora.get(id)),
    corpusFigures: (id) => read(() => ({ ...corpora.figures(corpora.get(id).id), runs: corpora.runs(id) })),
    saveCorpus: (corpus, figures) =>
      write(() => {
        if (corpus.origin !== null) annotation.countVersion(corpus.origin.project, corpus.origin.version)
        return corpora.save(corpus, figures)
      }),
    renameCorpus: (id, name) => write(() => corpora.rename(id, name)),
    deleteCorpus: (id) => write(() => corpora.remove(id)),
    corpusFile: (hash) => read(() => corpora.fileOf(hash)),
    corpusFilesInUse: () => read(() => corpora.filesInUse()),

    annotation,
    schemaVersion: VERSION,
    devices: devicesStore(db, read, write),

    archiveRun: (run, file, product) =>
      read(() => {
        claims.requireExists(run)
        writeArchive(db, run, file, product)
      }),
    unarchiveRun: (file, { asCopy = false } = {}) =>
      withArchive(file, path, (archive, run) =>
        write(() => importRun(db, { runs, files, summaries }, archive, run, file, asCopy)),
      ),

    changes: () => explained(path, () => db.pragma('data_version', { simple: true }) as number),
    read,
    transaction: write,
    close: () => db.close(),
  }
}

/** Artifacts of the run itself have the empty key. */
function keyOf(id: TrainingId | null): string {
  return id === null ? '' : trainingKey(id)
}
