/** Results of probing backends and the user's choice, by machine. They belong to no run and are not archived. */
import type { Database } from 'better-sqlite3'
import type { Availability, BackendName } from '../../shared/devices/backends.ts'
import type { Benchmark, ProbeResult } from '../../shared/devices/devices.ts'

export interface DevicesStore {
  /** Results with these software versions only. */
  list(machine: string, software: string): ProbeResult[]
  /** Replaces the result of that backend on that machine. */
  save(machine: string, software: string, result: ProbeResult): void
  preferred(machine: string): BackendName | null
  /** Null: the fastest. */
  prefer(machine: string, backend: BackendName | null): void
}

/** Earlier versions stored `availability` as `found` and `benchmarks` as `rates`. */
type StoredResult = ProbeResult | (Omit<ProbeResult, 'availability' | 'benchmarks'> & EarlierNames)
interface EarlierNames {
  found: Availability
  rates: Benchmark[] | null
}

export function devicesStore(
  db: Database,
  read: <T>(work: () => T) => T,
  write: <T>(work: () => T) => T,
): DevicesStore {
  const list = db
    .prepare<[string, string], string>('SELECT finding FROM devices WHERE machine = ? AND software = ?')
    .pluck()
  const save = db.prepare(
    `INSERT INTO devices (machine, backend, software, finding) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET software = excluded.software, finding = excluded.finding`,
  )
  const preferred = db
    .prepare<[string], BackendName>('SELECT backend FROM preferred_backends WHERE machine = ?')
    .pluck()
  const prefer = db.prepare(
    `INSERT INTO preferred_backends (machine, backend) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET backend = excluded.backend`,
  )
  const forget = db.prepare('DELETE FROM preferred_backends WHERE machine = ?')
  return {
    list: (machine, software) => read(() => list.all(machine, software).flatMap(parseResult)),
    save: (machine, software, result) =>
      write(() => void save.run(machine, result.backend, software, JSON.stringify(result))),
    preferred: (machine) => read(() => preferred.get(machine) ?? null),
    prefer: (machine, backend) =>
      write(() => void (backend === null ? forget.run(machine) : prefer.run(machine, backend))),
  }
}

/** Empty for a row that cannot be parsed: the backend then counts as not probed. */
function parseResult(json: string): ProbeResult[] {
  try {
    const stored = JSON.parse(json) as StoredResult
    if (!('found' in stored)) return [stored]
    const { found, rates, ...rest } = stored
    return [{ ...rest, availability: found, benchmarks: rates }]
  } catch {
    return []
  }
}
