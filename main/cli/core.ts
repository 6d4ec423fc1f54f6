/** What commands need of the rest of the program, loaded only when a command needs it, and replaceable in tests. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { DeviceReport, ProbeResult } from '../../shared/devices/devices.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { ConvertCounts, ConvertJob } from '../../shared/annotation/annotation.ts'
import type { Exported, ExportJob } from '../../shared/runs/exporting.ts'
import type { TagCounts, TagJob } from '../../shared/tags/tagging.ts'
import type { OpenOptions, Store } from '../store/types.ts'

export interface Control {
  stop(): void
}

/** The corpora as createExperiment has read them; only runExperiment looks into them. */
export type LoadedCorpora = object

export interface Core {
  openStore(path: string, options?: OpenOptions): Store
  createExperiment(
    store: Store,
    config: ExperimentConfig,
    baseDir: string,
    options?: { tags?: string[] },
  ): Promise<{ runId: string; warnings: string[]; loaded?: LoadedCorpora }>
  runExperiment(
    store: Store,
    runId: string,
    options: { onEvent(event: RunEvent): void; control: Control; backend?: BackendName; loaded?: LoadedCorpora },
  ): Promise<'finished' | 'stopped'>
  newControl(): Control
}

/** The studio in a browser of this machine. */
export interface Door {
  /** To be opened in the browser; bears the token. */
  address: string
  /** Stops what trains at a checkpoint, then closes everything. */
  close(): Promise<void>
}

export interface DoorOptions {
  database: string
  /** Null: the usual one, or the next that is free. */
  port: number | null
  /** Null: a new one. */
  token: string | null
  /** Hears what takes its time. */
  note(message: string): void
}

/** Throws an Error where the page is not there and cannot be built, or the port is taken. */
export type OpenDoor = (options: DoorOptions) => Promise<Door>

/** What a tagger takes its networks from; `name` is the file as messages call it. */
export type ModelSource = { store: Store; run: string } | { file: string; name: string }

/** What tags. */
export interface TaggerCore extends Pick<Core, 'openStore'> {
  tagInput(source: ModelSource, job: TagJob): Promise<TagCounts>
}

/** What writes trained subnets. */
export interface ExportCore {
  exportRun(store: Store, job: ExportJob): Exported
}

/** What reads and writes annotations. */
export interface AnnotationCore {
  convertInput(job: ConvertJob): Promise<ConvertCounts>
}

/** What finds out about the backends of this machine, and keeps it in the store. */
export interface DevicesCore extends Pick<Core, 'openStore'> {
  probeBackends(store: Store, options: { measure: boolean }): Promise<ProbeResult[]>
  /** Where nothing was looked for on this machine yet. `onChoice` hears of a measurement that will take seconds. */
  probeOnFirstStart(store: Store, onChoice: () => void): Promise<void>
  deviceReport(store: Store, batchSize: number): DeviceReport
  preferBackend(store: Store, backend: BackendName | null): void
  diagnostics(store: Store): string
}
