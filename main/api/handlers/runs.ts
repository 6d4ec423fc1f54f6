/** Handlers about runs: the list, one run, its metrics, name and tags, its archive, the export of its subnets. */
import type { RunDetail } from '../../../shared/protocol/api.ts'
import { archiveName } from '../../../shared/runs/archive.ts'
import { VECTOR_COVERAGE, type RunRecord, type VectorCoverages } from '../../../shared/runs/records.ts'
import { changedSettings } from '../../config/changed.ts'
import type { Store } from '../../store/types.ts'
import { onDisk, withCode } from '../datasets/errors.ts'
import { runLongJob } from '../longJobs.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function runHandlers({ store, trainer, uploads, notify, version }: ApiContext): HandlersOf<'runs'> {
  /** Reports a change, because the other windows show the runs too. */
  const changed = <T>(result: T): T => {
    notify({ name: 'changed', data: {} })
    return result
  }
  return {
    'runs.list': (filter) => store.listSummaries(filter),
    'runs.get': ({ run }) => store.read(() => detail(store, store.getRun(run))),
    'runs.steps': ({ run, training, ...query }) =>
      store.read(() => store.stepMetrics(store.getRun(run).id, training, query)),
    'runs.tag'({ run, add, remove }) {
      const { id } = store.getRun(run)
      store.addTags(id, add)
      store.removeTags(id, remove)
      return changed({ tags: store.getRun(id).tags })
    },
    'runs.rename'({ run, name }) {
      const { id } = store.findRun(run)
      store.renameRun(id, name)
      trainer.rename(id, name)
      return changed({})
    },
    'runs.note': ({ run, text, version }) =>
      changed({ version: store.saveNotes(store.findRun(run).id, text, version) }),
    'runs.pin'({ run }) {
      store.pinBaseline(run === null ? null : store.findRun(run).id)
      return changed({})
    },
    'runs.baseline': () => ({ run: store.pinnedBaseline() }),
    // Deleting and archiving work for damaged runs too, so they only look up the id.
    'runs.delete'({ run }) {
      const { id } = store.findRun(run)
      trainer.requireInactive(id)
      return changed(store.deleteRun(id))
    },
    'runs.archive'({ run }, signal) {
      const found = store.findRun(run)
      return uploads.make(archiveName(found), (path) =>
        runLongJob(store, { type: 'archive', run: found.id, path, version }, signal).then(() => undefined),
      )
    },
    'runs.export': (what, signal) =>
      uploads.make('export.zip', (path) =>
        withCode('nothing', () =>
          onDisk('the export', () => runLongJob(store, { type: 'export', what: { ...what, version }, path }, signal)),
        ),
      ),
    async 'runs.unarchive'({ file, asCopy }, signal) {
      const result = await uploads.hold([file], 'import', ([{ path, name }]) =>
        named(name, path, () => runLongJob(store, { type: 'unarchive', path, asCopy }, signal)),
      )
      uploads.drop(file)
      return changed(result)
    },
  }
}

function detail(store: Store, run: RunRecord): RunDetail {
  const trainings = store
    .trainings(run.id)
    .map((training) => ({ ...training, epochs: store.epochMetrics(run.id, training.id) }))
  const coverage = store.loadDocument<VectorCoverages>(run.id, VECTOR_COVERAGE)
  return {
    run,
    notesVersion: store.loadNotes(run.id).version,
    trainings,
    changes: changedSettings(run.config),
    coverage,
  }
}

/** Errors name the file as the user does, not by its place on the disk. */
async function named<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(path, name)
    throw error
  }
}
