/** What goes between the program and a process that trains. Plain data. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { ProbeResult } from '../../shared/devices/devices.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { Estimate } from '../../shared/protocol/requests/training.ts'

/** What a process is started for: one of these, and it is the first that it hears. Configs are whole and checked, their paths absolute. */
export type TrainerTask =
  /** Check the data and record a run, say `ready`, then wait for `go`. */
  | { type: 'create'; database: string; config: ExperimentConfig }
  /** Take up a run that is there, on another backend where one is named, say `ready`, then wait for `go`. */
  | { type: 'open'; database: string; run: string; backend?: BackendName | undefined }
  /** Measure; nothing is stored. */
  | { type: 'estimate'; config: ExperimentConfig; order: readonly BackendName[] }
  /** Find out about one backend; nothing is stored. */
  | { type: 'probe'; backend: BackendName; measure: boolean; modules: readonly string[] }

export type ToTrainer =
  | TrainerTask
  | { type: 'go' }
  | { type: 'pause' }
  | { type: 'unpause' }
  /** Stop at a checkpoint; where nothing trains, end at once. */
  | { type: 'stop' }
  /** The last word of the process was heard: it may end. Until then it stays, for words in the air die with it. */
  | { type: 'end' }

export type FromTrainer =
  | { type: 'ready'; run: string; warnings: string[] }
  | { type: 'event'; event: RunEvent }
  | { type: 'estimate'; estimate: Omit<Estimate, 'busy'> }
  | { type: 'probed'; result: ProbeResult }
  /** The last word, if all went well: finished, stopped or estimated. */
  | { type: 'done' }
  /** The last word otherwise. */
  | { type: 'failed'; code: string; message: string }
