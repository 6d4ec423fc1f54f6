/** The process that works on a run: at most one. A process that has ended does not count. */
import type { Database } from 'better-sqlite3'
import type { RunStatus } from '../../shared/protocol/events.ts'
import { StoreError } from './errors.ts'
import { isAlive, parseOwner, sameOwner, thisProcess, type Owner } from './owner.ts'
import { missing } from './runs.ts'

interface Row {
  owner: string | null
  heard_at: number
}

/** Call all of these within a transaction. */
export function claimsTable(db: Database) {
  const read = db.prepare<[string], Row>('SELECT owner, heard_at FROM runs WHERE id = ?')
  const take =
    db.prepare(`UPDATE runs SET owner = ?, heard_at = ?, status = 'running', message = NULL, finished_at = NULL,
    started_at = coalesce(started_at, ?), environment = coalesce(?, environment) WHERE id = ?`)
  const beat = db.prepare('UPDATE runs SET heard_at = ?, worked_seconds = worked_seconds + ? WHERE id = ?')
  const end = db.prepare('UPDATE runs SET owner = NULL, status = ?, message = ?, finished_at = ? WHERE id = ?')
  /**
   * Runs claimed through this connection: a process that slept while another took over must notice, even when the other
   * is done.
   */
  const mine = new Set<string>()

  /** The owner, null where no process works on the run, and whether it is alive. */
  function ownerOf(run: string): { owner: Owner | null; alive: boolean } {
    const row = read.get(run)
    if (row === undefined) throw missing(run)
    const owner = parseOwner(row.owner)
    return { owner, alive: owner !== null && isAlive(owner, row.heard_at) }
  }

  /** Throws 'owned' unless this process, or no process, works on the run. */
  function requireOwner(run: string): void {
    const { owner } = ownerOf(run)
    if (owner === null ? !mine.has(run) : sameOwner(owner, thisProcess())) return
    if (!mine.has(run))
      throw new StoreError('owned', `Run ${run} belongs to ${describe(owner!)}; claim it before writing to it.`)
    const why = owner === null ? 'another process ended it' : `${describe(owner)} took over`
    throw new StoreError('owned', `Run ${run} is no longer this process's: ${why}. Nothing more is written to it.`)
  }

  /** Throws 'owned' where another live process works on the run. */
  function requireNoOther(run: string, what: string): void {
    const { owner, alive } = ownerOf(run)
    if (owner !== null && alive && !sameOwner(owner, thisProcess()))
      throw new StoreError('owned', `Run ${run} cannot be ${what}: ${describe(owner)} is working on it.`)
  }

  /** Throws 'owned' where a live process, this one included, works on the run. */
  function requireFree(run: string): void {
    const { owner, alive } = ownerOf(run)
    if (owner !== null && alive)
      throw new StoreError('owned', `Run ${run} is already running: ${describe(owner)} is working on it.`)
  }

  return {
    requireOwner,
    requireFree,
    claim(run: string, environmentHash: string | null): void {
      requireFree(run)
      const now = new Date()
      take.run(JSON.stringify(thisProcess()), now.getTime(), now.toISOString(), environmentHash, run)
      mine.add(run)
    },
    heartbeat(run: string, workedSeconds: number): void {
      requireOwner(run)
      beat.run(Date.now(), workedSeconds, run)
    },
    setStatus(run: string, status: Exclude<RunStatus, 'running'>, message: string | null): void {
      requireNoOther(run, `set to ${status}`)
      end.run(status, message, status === 'created' ? null : new Date().toISOString(), run)
      mine.delete(run)
    },
    /** Throws 'owned' where a live process, this one included, works on the run. */
    requireIdle(run: string): void {
      const { owner, alive } = ownerOf(run)
      if (owner !== null && alive)
        throw new StoreError(
          'owned',
          `Run ${run} cannot be deleted: ${describe(owner)} is working on it. Stop it first.`,
        )
    },
    requireExists: (run: string) => void ownerOf(run),
  }
}

function describe(owner: Owner): string {
  if (sameOwner(owner, thisProcess())) return 'this process'
  return `process ${owner.pid}${owner.host === thisProcess().host ? '' : ` on ${owner.host}`}`
}
