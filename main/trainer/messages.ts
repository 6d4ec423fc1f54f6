/** What goes between the program and a process that trains. Plain data. */
import type { RunEvent } from '../../shared/events.ts'
import type { Estimate } from '../../shared/requests/training.ts'

export type ToTrainer =
  /** Check the data and record a run, then wait for `go`. The config is whole and checked, its paths absolute. */
  | { type: 'create'; database: string; config: unknown }
  /** Take up a run that is there, then wait for `go`. */
  | { type: 'open'; database: string; run: string }
  | { type: 'go' }
  | { type: 'estimate'; config: unknown }
  | { type: 'pause' }
  | { type: 'unpause' }
  /** Stop at a checkpoint and end. */
  | { type: 'stop' }

export type FromTrainer =
  | { type: 'ready'; run: string; warnings: string[] }
  | { type: 'event'; event: RunEvent }
  | { type: 'estimate'; estimate: Estimate }
  /** The last message: why it could not go on. */
  | { type: 'failed'; code: string; message: string }
