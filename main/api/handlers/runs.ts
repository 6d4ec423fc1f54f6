/** Answers about runs: the list, one run, its metrics, its name and its tags, its archive, its subnets for others. */
import { writeFile } from 'node:fs/promises'
import type { RunDetail } from '../../../shared/protocol/api.ts'
import { archiveName } from '../../../shared/runs/archive.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import { changedSettings } from '../../config/changed.ts'
import { exportZip } from '../../export/index.ts'
import type { Store } from '../../store/types.ts'
import { onDisk } from '../datasets/errors.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function runHandlers({ store, trainer, uploads, tell, version }: ApiContext): HandlersOf<'runs'> {
  /** The other windows show the runs too. */
  const changed = <T>(result: T): T => {
    tell({ name: 'changed', data: {} })
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
      const { id } = store.getRun(run)
      store.renameRun(id, name)
      trainer.rename(id, store.getRun(id).name)
      return changed({})
    },
    'runs.delete'({ run }) {
      const { id } = store.getRun(run)
      trainer.requireInactive(id)
      return changed(store.deleteRun(id))
    },
    'runs.archive'({ run }) {
      const record = store.getRun(run)
      return uploads.make(archiveName(record), (path) => store.archiveRun(record.id, path, version))
    },
    async 'runs.export'(what) {
      const { name, bytes } = await exportZip(store, { ...what, version })
      return uploads.make(name, (path) => onDisk(name, () => writeFile(path, bytes)))
    },
    'runs.unarchive'({ file, asCopy }) {
      const { path, name } = uploads.get(file)
      const result = called(name, path, () => store.unarchiveRun(path, { asCopy }))
      uploads.drop(file)
      return changed(result)
    },
  }
}

function detail(store: Store, run: RunRecord): RunDetail {
  const trainings = store
    .trainings(run.id)
    .map((training) => ({ ...training, epochs: store.epochMetrics(run.id, training.id) }))
  return { run, trainings, changes: changedSettings(run.config) }
}

/** Errors call the file as the user does, not by where it is kept. */
function called<T>(name: string, path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(path, name)
    throw error
  }
}
