/** Which process works on a run, and whether it still lives. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

export interface Owner {
  host: string
  pid: number
  /** When the process started, in the system's own terms; null where that cannot be told. Tells a process from a later one of the same number. */
  started: string | null
}

/**
 * How long an owner on another machine (or in another container) may be silent before it counts as dead, in seconds.
 * Runs send a heartbeat every few seconds; on the same machine the process itself is asked instead.
 */
export const SILENCE_SECONDS = 120

let self: Owner | null = null

/** This process. */
export function thisProcess(): Owner {
  self ??= { host: hostname(), pid: process.pid, started: startOf(process.pid) }
  return self
}

export function sameOwner(a: Owner, b: Owner): boolean {
  return a.host === b.host && a.pid === b.pid && a.started === b.started
}

/** Whether the owner still works. `lastHeard` is the time of its last heartbeat, in ms since 1970. */
export function isAlive(owner: Owner, lastHeard: number, now: number = Date.now()): boolean {
  if (owner.host !== thisProcess().host) return now - lastHeard < SILENCE_SECONDS * 1000
  if (owner.pid === process.pid) return owner.started === thisProcess().started
  return exists(owner.pid) && (owner.started === null || startOf(owner.pid) === owner.started)
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, but another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return linuxStart(pid)
    if (process.platform === 'win32')
      return run('powershell.exe', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`])
    return run('ps', ['-o', 'lstart=', '-p', String(pid)], { LC_ALL: 'C', TZ: 'UTC' })
  } catch {
    return null
  }
}

/** proc(5): field 22 of stat is the start in clock ticks since boot. The name, field 2, may hold spaces and parentheses; a zombie (killed, not yet reaped) is dead. */
function linuxStart(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return 'dead'
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot}/${fields[19]}`
}

function run(command: string, args: string[], env: Record<string, string> = {}): string | null {
  const output = execFileSync(command, args, {
    encoding: 'utf8',
    timeout: 5000,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  return output.trim() || null
}
