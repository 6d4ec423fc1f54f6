/** What is known about the backends on this machine, and which of them `auto` chooses. */
import type { Availability, BackendName } from './backends.ts'

/** Training speed of the paper's network, on all cores or the whole device. */
export interface Benchmark {
  /** Sentences per step. */
  batchSize: number
  tokensPerSecond: number
}

/** The result of probing one backend. */
export interface ProbeResult {
  backend: BackendName
  /** Not usable either where it computes but gives wrong results. */
  availability: Availability
  /** Whether it computes wrong results: then `auto` never chooses it. */
  wrong: boolean
  /** Null where nothing was measured. */
  benchmarks: Benchmark[] | null
  /** ISO 8601. */
  at: string
}

/** One row of the list of backends. */
export interface DeviceEntry {
  backend: BackendName
  /** Null: not probed yet. */
  result: ProbeResult | null
  /** Whether `auto` chooses it for a new run. */
  chosen: boolean
}

export interface DeviceReport {
  /** First those that `auto` tries, in its order, then the others. */
  entries: DeviceEntry[]
  /** The user's choice for `auto`; null: the fastest. */
  preferred: BackendName | null
}

/**
 * Tokens per second at the measured batch size nearest to `batchSize` (on a log scale); null where none was measured.
 */
export function rateAt(result: ProbeResult | null, batchSize: number): number | null {
  const distance = (benchmark: Benchmark) => Math.abs(Math.log(benchmark.batchSize / batchSize))
  return result?.benchmarks?.toSorted((a, b) => distance(a) - distance(b))[0]?.tokensPerSecond ?? null
}
