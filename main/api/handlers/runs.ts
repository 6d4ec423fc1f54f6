/** Answers about runs: the list, one run, its metrics, its name and its tags. */
import type { RunDetail } from '../../../shared/api.ts'
import type { RunRecord } from '../../../shared/records.ts'
import { changedSettings } from '../../config/changed.ts'
import type { Store } from '../../store/types.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function runHandlers({ store, trainer }: ApiContext): HandlersOf<'runs'> {
  return {
    'runs.list': (filter) => store.listSummaries(filter),
    'runs.get': ({ run }) => store.read(() => detail(store, store.getRun(run))),
    'runs.steps': ({ run, training, ...query }) => store.read(() => store.stepMetrics(store.getRun(run).id, training, query)),
    'runs.tag'({ run, add, remove }) {
      const { id } = store.getRun(run)
      store.addTags(id, add)
      store.removeTags(id, remove)
      return { tags: store.getRun(id).tags }
    },
    'runs.rename'({ run, name }) {
      const { id } = store.getRun(run)
      store.renameRun(id, name)
      trainer.rename(id, store.getRun(id).name)
      return {}
    },
    'runs.delete'({ run }) {
      const { id } = store.getRun(run)
      trainer.requireInactive(id)
      return store.deleteRun(id)
    },
  }
}

function detail(store: Store, run: RunRecord): RunDetail {
  const trainings = store.trainings(run.id).map((training) => ({ ...training, epochs: store.epochMetrics(run.id, training.id) }))
  return { run, trainings, changes: changedSettings(run.config) }
}
