/** The parts of the program that commands use. Loaded only when a command needs them; tests replace them. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { DeviceReport, ProbeResult } from '../../shared/devices/devices.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { EventMessage, RequestName, Requests } from '../../shared/protocol/api.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { LogLevel } from '../../shared/util/log.ts'
import type { ConvertCounts, ConvertJob } from '../../shared/annotation/annotation.ts'
import type { Exported, ExportJob } from '../../shared/runs/exporting.ts'
import type { TagCounts, TagJob } from '../../shared/tags/tagging.ts'
import type { OpenOptions, Store } from '../store/types.ts'

export interface Control {
  stop(): void
}

/** The corpora as createRun has read them; only runExperiment looks into them. */
export type LoadedCorpora = object

export interface Core {
  openStore(path: string, options?: OpenOptions): Store
  createRun(
    store: Store,
    config: ExperimentConfig,
    baseDir: string,
    options?: { tags?: string[] },
  ): Promise<{ runId: string; warnings: string[]; loaded?: LoadedCorpora }>
  runExperiment(
    store: Store,
    runId: string,
    options: {
      onEvent(event: RunEvent): void
      control: Control
      backend?: BackendName | undefined
      loaded?: LoadedCorpora | undefined
    },
  ): Promise<'finished' | 'stopped'>
  newControl(): Control
}

/** The server of the studio in a browser of this machine. */
export interface LoopbackServer {
  /** To open in the browser; contains the token. */
  address: string
  /** Stops trainings at a checkpoint, then closes everything. */
  close(): Promise<void>
}

export interface LoopbackServerOptions {
  database: string
  /** Null: the default port, or the next free one. */
  port: number | null
  /** Null: a new one. */
  token: string | null
  /** Level of the log beside the database; `info` by default. */
  logLevel?: LogLevel
  /** Called before work that takes a while. */
  note(message: string): void
  /** The name that decisions in annotation projects carry, unless the window sets another. */
  annotator?: string
}

/** Throws an Error if the page is missing and cannot be built, or if the port is taken. */
export type OpenLoopbackServer = (options: LoopbackServerOptions) => Promise<LoopbackServer>

/** Where a tagger takes its networks from; `name` is the file as messages show it. */
export type ModelSource = { store: Store; run: string } | { file: string; name: string }

/** The tagger. */
export interface TaggerCore extends Pick<Core, 'openStore'> {
  tagInput(source: ModelSource, job: TagJob): Promise<TagCounts>
}

/** Measures some steps of every training of a config, stores nothing. Throws a DataError with every problem of the data. */
export type EstimateTime = (
  config: ExperimentConfig,
) => Promise<{ seconds: number; trainings: ReadonlyMap<string, number> }>

/** The writer of trained subnets. */
export interface ExportCore {
  exportRun(store: Store, job: ExportJob): Promise<Exported>
}

/** The reader and writer of annotations. */
export interface AnnotationCore {
  convertInput(job: ConvertJob): Promise<ConvertCounts>
}

/** The requests of the studio, answered in this process. */
export interface StudioRequests {
  store: Store
  /** Throws an Error with the message that a window would show. */
  ask<K extends RequestName>(name: K, args: Requests[K]['arguments']): Promise<Requests[K]['result']>
  listen(listener: (message: EventMessage) => void): () => void
  /** Stops trainings at a checkpoint, then closes the store. */
  close(): Promise<void>
}

/** Checks and benchmarks the backends of this machine, and keeps the results in the store. */
export interface DevicesCore extends Pick<Core, 'openStore'> {
  probeBackends(store: Store, options: { measure: boolean }): Promise<ProbeResult[]>
  /** Only if no backend of this machine was probed yet. Calls `onChoice` before a benchmark, which takes seconds. */
  probeOnFirstStart(store: Store, onChoice: () => void): Promise<void>
  deviceReport(store: Store, batchSize: number): DeviceReport
  preferBackend(store: Store, backend: BackendName | null): void
  diagnostics(store: Store): string
}
