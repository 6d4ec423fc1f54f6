/** What answers the window's requests. */
import type { z } from 'zod'
import type { RequestName, requestArguments, Requests, RunDetail, RunSummary } from '../../shared/api.ts'
import type { RunRecord } from '../../shared/records.ts'
import { bestMethod } from '../../shared/report.ts'
import { changedSettings } from '../config/changed.ts'
import type { Store } from '../store/types.ts'

/** One function a request: from checked arguments to its result. */
export type Handlers = {
  [K in RequestName]: (args: z.output<(typeof requestArguments)[K]>) => Requests[K]['result'] | Promise<Requests[K]['result']>
}

export function handlersFor(store: Store, version: string): Handlers {
  return {
    'runs.list': (filter) => store.listRuns(filter).map(summary),
    'runs.get': ({ run }) => store.read(() => detail(store, store.getRun(run))),
    'studio.about': () => ({ version, database: store.path }),
  }
}

function summary({ report, config, ...run }: RunRecord): RunSummary {
  const { id, name, status, interrupted, createdAt, workedSeconds, tags } = run
  return { id, name, status, interrupted, createdAt, workedSeconds, tags, methods: config.methods, tasks: Object.keys(config.tasks), best: bestMethod(report) }
}

function detail(store: Store, run: RunRecord): RunDetail {
  const trainings = store.trainings(run.id).map((training) => ({ ...training, epochs: store.epochMetrics(run.id, training.id) }))
  return { run, trainings, changes: changedSettings(run.config) }
}
