/**
 * What the window can ask of the program, and what it is told unasked: one map each. Both ends, and every transport between
 * them, take their types from here. Arguments are checked against their schema before a handler sees them.
 */
import { z } from 'zod'
import type { EpochMetric } from './training.ts'
import type { ChangedSetting, RunRecord, TrainingRecord } from './records.ts'
import type { Method } from './config.ts'

/** The schema of each request's arguments. */
export const requestArguments = {
  /** Runs, newest first. */
  'runs.list': z.strictObject({
    search: z.string().max(200).optional(),
    limit: z.number().int().min(1).max(10_000).optional(),
  }),
  /** All about one run, by its id or what else it goes by. */
  'runs.get': z.strictObject({ run: z.string().min(1).max(200) }),
  /** Where all this is kept. */
  'studio.about': z.strictObject({}),
}

interface Results {
  'runs.list': RunSummary[]
  'runs.get': RunDetail
  'studio.about': { version: string; database: string }
}

export type RequestName = keyof typeof requestArguments
export type Requests = { [K in RequestName]: { arguments: z.input<(typeof requestArguments)[K]>; result: Results[K] } }

export interface Events {
  /** Another process has written to the database; what of, is not known. */
  changed: Record<string, never>
}

/** An event on its way. */
export type EventMessage = { [K in keyof Events]: { name: K; data: Events[K] } }[keyof Events]

/** How a request ends. Errors are data: an exception would lose its code on the way to another process. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: { code: string; message: string } }

/** What a transport offers to the window. Names and arguments are checked at the far end. */
export interface Bridge {
  call(name: string, args: unknown): Promise<Reply<unknown>>
  /** Returns the function that ends it. */
  listen(listener: (message: EventMessage) => void): () => void
}

/** A line in the list of runs. */
export interface RunSummary extends Pick<RunRecord, 'id' | 'name' | 'status' | 'interrupted' | 'createdAt' | 'workedSeconds' | 'tags'> {
  methods: Method[]
  tasks: string[]
  best: { method: Method; meanDev: number } | null
}

export interface RunDetail {
  run: RunRecord
  /** In the order of their start. */
  trainings: TrainingDetail[]
  /** Settings unlike the paper's. */
  changes: ChangedSetting[]
}

export type TrainingDetail = TrainingRecord & { epochs: EpochMetric[] }
