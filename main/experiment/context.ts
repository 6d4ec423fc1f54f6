/**
 * What the stages of an experiment work with, by who uses it: what trains (`trainings`), what reads stored results
 * (`results`), what reports (`reporter`). A stage's signature names the parts it needs.
 */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { BackendModules } from '../backend/backend.ts'
import type { LoadedData } from '../data/load.ts'
import type { EncodedData } from '../data/types.ts'
import type { RunRecord, Store } from '../store/types.ts'
import type { RunControl } from '../training/control.ts'
import { coreCount } from './environment.ts'
import { startHeartbeat } from './heartbeat.ts'
import { WorkerPool } from './pool.ts'
import { reporterFor, type Reporter } from './reporter.ts'
import { storedResults, type StoredResults } from './storedResults.ts'
import { openTrainings, type Trainings } from './trainings.ts'

export interface RunOptions {
  onEvent(event: RunEvent): void
  control: RunControl
  /** Seconds between checkpoints: apart from stops and ends of epochs, a crash loses at most this much work. */
  checkpointSeconds?: number
  /** The backend of this session; by default the one the run began on. */
  backend?: BackendName | undefined
  /** Backends from other modules. */
  modules?: BackendModules
}

export interface ExperimentContext {
  run: RunRecord
  config: ExperimentConfig
  data: EncodedData
  loaded: LoadedData
  store: Store
  trainings: Trainings
  results: StoredResults
  reporter: Reporter
}

/** The parts of the context that a stage needs. */
export type Needs<Part extends keyof ExperimentContext> = Pick<ExperimentContext, Part>

export interface OpenContext {
  context: ExperimentContext
  /** Why the run cannot continue though no training failed: the store is gone, or the run has another owner. */
  failure(): Error | null
  /** Ends the training threads. */
  close(): Promise<void>
}

/** Opens what the stages work with on one backend: starts the heartbeat, and the threads as they are needed. */
export function openContext(
  store: Store,
  run: RunRecord,
  loaded: LoadedData,
  backend: BackendName,
  { onEvent, control, checkpointSeconds = 30, modules = [] }: RunOptions,
): OpenContext {
  const { config, id } = run
  const { data } = loaded
  const setup = { data, backend, modules, control: control.shared, checkpointSeconds }
  const pool = new WorkerPool(setup, coreCount(config))
  let failure: Error | null = null
  const heartbeat = startHeartbeat(store, id, control, (error) => {
    failure = error
    control.haltAll()
  })
  return {
    context: {
      run,
      config,
      data,
      loaded,
      store,
      trainings: openTrainings(store, id, data, pool, control, onEvent),
      results: storedResults(store, id),
      reporter: reporterFor(onEvent),
    },
    failure: () => failure,
    async close() {
      heartbeat.stop()
      await pool.close()
    },
  }
}
