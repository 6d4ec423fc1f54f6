/** What is known of the backends on this machine, and which of them `auto` takes. */
import type { Availability, BackendName } from './backends.ts'

/** Tokens trained a second, of the paper's network, on all cores or the whole device. */
export interface TrainingRate {
  /** Sentences a step. */
  batchSize: number
  tokensPerSecond: number
}

/** What an examination of one backend found. */
export interface Finding {
  backend: BackendName
  /** Not usable too where it computes, but wrongly. */
  found: Availability
  /** Whether it computes wrongly: then it is never taken by itself. */
  wrong: boolean
  /** Null where nothing was measured. */
  rates: TrainingRate[] | null
  /** ISO 8601. */
  at: string
}

/** One backend as it is listed; `finding` null: not examined yet. */
export interface DeviceEntry {
  backend: BackendName
  finding: Finding | null
  /** `auto` takes it for a new run. */
  chosen: boolean
}

export interface DeviceReport {
  /** In the order in which `auto` tries them, then the rest. */
  entries: DeviceEntry[]
  /** What a person chose for `auto`; null: the fastest. */
  preferred: BackendName | null
}

/** The rate at the batch size nearest to this one; null where none was measured. */
export function rateAt(finding: Finding | null, batchSize: number): number | null {
  const distance = (rate: TrainingRate) => Math.abs(Math.log(rate.batchSize / batchSize))
  return finding?.rates?.toSorted((a, b) => distance(a) - distance(b))[0]?.tokensPerSecond ?? null
}
