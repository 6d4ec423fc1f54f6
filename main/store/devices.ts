/** What was found out about the backends, by machine; and what a person chose there. Belongs to no run and goes into no archive. */
import type { Database } from 'better-sqlite3'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { Finding } from '../../shared/devices/devices.ts'

export interface DevicesStore {
  /** With these versions; what was found with others does not count. */
  list(machine: string, software: string): Finding[]
  /** In the place of what was known of that backend there. */
  save(machine: string, software: string, finding: Finding): void
  preferred(machine: string): BackendName | null
  /** Null: the fastest. */
  prefer(machine: string, backend: BackendName | null): void
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
    'INSERT INTO devices (machine, backend, software, finding) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET software = excluded.software, finding = excluded.finding',
  )
  const preferred = db
    .prepare<[string], BackendName>('SELECT backend FROM preferred_backends WHERE machine = ?')
    .pluck()
  const prefer = db.prepare(
    'INSERT INTO preferred_backends (machine, backend) VALUES (?, ?) ON CONFLICT DO UPDATE SET backend = excluded.backend',
  )
  const forget = db.prepare('DELETE FROM preferred_backends WHERE machine = ?')
  return {
    list: (machine, software) =>
      read(() => list.all(machine, software).map((finding) => JSON.parse(finding) as Finding)),
    save: (machine, software, finding) =>
      write(() => void save.run(machine, finding.backend, software, JSON.stringify(finding))),
    preferred: (machine) => read(() => preferred.get(machine) ?? null),
    prefer: (machine, backend) =>
      write(() => void (backend === null ? forget.run(machine) : prefer.run(machine, backend))),
  }
}
