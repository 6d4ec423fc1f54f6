/** Messages between the program and a training process. Plain data. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { ProbeResult } from '../../shared/devices/devices.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { Estimate } from '../../shared/protocol/requests/training.ts'

/** The task of a process: its first message. Configs are complete and checked, their paths absolute. */
export type TrainerTask =
  /** Check the data, create a run, send `ready`, then wait for `go`. */
  | { type: 'create'; database: string; config: ExperimentConfig; tags?: string[] }
  /** Open an existing run, on another backend where one is named, send `ready`, then wait for `go`. */
  | { type: 'open'; database: string; run: string; backend?: BackendName | undefined }
  /** Estimate the training time; stores nothing. */
  | { type: 'estimate'; config: ExperimentConfig; order: readonly BackendName[] }
  /** Probe one backend; stores nothing. */
  | { type: 'probe'; backend: BackendName; measure: boolean; modules: readonly string[] }

export type ToTrainer =
  | TrainerTask
  | { type: 'go' }
  | { type: 'pause' }
  | { type: 'unpause' }
  /** Stop at a checkpoint; end at once where nothing trains. */
  | { type: 'stop' }
  /**
   * The last message of the process has arrived: it may exit. If it exited earlier, messages under way would be lost.
   */
  | { type: 'end' }

export type FromTrainer =
  | { type: 'ready'; run: string; warnings: string[] }
  | { type: 'event'; event: RunEvent }
  | { type: 'estimate'; estimate: Omit<Estimate, 'busy'> }
  | { type: 'probed'; result: ProbeResult }
  /** The last message where all went well: finished, stopped, estimated or probed. */
  | { type: 'done' }
  /** The last message otherwise. `stack` is for the log. */
  | { type: 'failed'; code: string; message: string; stack?: string }
