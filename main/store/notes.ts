/** What people write about runs, and which run they pinned as the baseline. */
import type { Database } from 'better-sqlite3'
import { StoreError } from './errors.ts'

/** Call writes within a transaction, for runs that exist. */
export function notesTable(db: Database) {
  const read = db.prepare<[string], { text: string; version: number }>(
    'SELECT text, version FROM run_notes WHERE run = ?',
  )
  const write = db.prepare('INSERT OR REPLACE INTO run_notes (run, text, version) VALUES (?, ?, ?)')
  const pin = db.prepare('INSERT OR REPLACE INTO pinned_baseline (one, run) VALUES (1, ?)')
  const unpin = db.prepare('DELETE FROM pinned_baseline')

  const pinned = db.prepare<[], { id: string; name: string }>(
    'SELECT id, name FROM runs JOIN pinned_baseline ON run = id',
  )

  const load = (run: string) => read.get(run) ?? { text: '', version: 0 }
  return {
    load,
    /** Returns the new version. Throws 'changed' where the stored version is another. */
    save(run: string, text: string, version: number): number {
      const stored = load(run)
      if (stored.version !== version)
        throw new StoreError('changed', `The notes of run ${run} were changed elsewhere: compare both texts first.`)
      if (stored.text === text) return version
      write.run(run, text, version + 1)
      return version + 1
    },
    pin: (run: string | null) => void (run === null ? unpin.run() : pin.run(run)),
    pinned: () => pinned.get() ?? null,
  }
}
