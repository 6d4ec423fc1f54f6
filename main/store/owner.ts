/** The process that works on a run, and whether it is alive. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

export interface Owner {
  host: string
  pid: number
  /**
   * Start time in the system's format; null where it is unknown. Distinguishes a process from a later one with the same
   * id.
   */
  started: string | null
}

/**
 * Seconds after which a silent owner on another machine (or in another container) counts as dead. Runs send a heartbeat
 * every few seconds; on the same machine the process itself is looked up.
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

/** The owner in a row; null if there is none, or if it cannot be parsed, because then no process can be looked up. */
export function parseOwner(json: string | null): Owner | null {
  if (json === null) return null
  try {
    const { host, pid, started } = JSON.parse(json) as Partial<Owner>
    const isOwner = typeof host === 'string' && Number.isSafeInteger(pid) && pid! > 0
    return isOwner ? { host, pid: pid!, started: typeof started === 'string' ? started : null } : null
  } catch {
    return null
  }
}

/** Whether the owner is alive. `lastHeard` is the time of its last heartbeat, in ms since 1970. */
export function isAlive(owner: Owner, lastHeard: number, now: number = Date.now()): boolean {
  const isRecent = now - lastHeard < SILENCE_SECONDS * 1000
  if (owner.host !== thisProcess().host) return isRecent
  if (owner.pid === process.pid) return owner.started === thisProcess().started
  if (!exists(owner.pid)) return false
  if (owner.started === null) return true
  const started = process.platform === 'linux' ? startOf(owner.pid) : starts.of(owner.pid)
  // If the start time is not known yet, the heartbeat shows whether the process is likely the owner.
  return started === undefined ? isRecent : started === owner.started
}

/**
 * Start times of processes where looking one up takes a child process (Windows, macOS): looked up in the background and
 * kept for a while, because a list asks at every refresh.
 */
export class ProcessStarts {
  private readonly lookUp: (pid: number) => Promise<string | null>
  private readonly now: () => number
  private readonly known = new Map<number, { started: string | null | undefined; at: number }>()

  constructor(lookUp: (pid: number) => Promise<string | null>, now: () => number = () => performance.now()) {
    this.lookUp = lookUp
    this.now = now
  }

  /** Undefined until the first look-up is done. */
  of(pid: number): string | null | undefined {
    const entry = this.known.get(pid)
    if (entry === undefined || this.now() - entry.at > LOOK_UP_MS) {
      const fresh = { started: entry?.started, at: this.now() }
      this.known.set(pid, fresh)
      this.lookUp(pid)
        .catch(() => null)
        .then((started) => (fresh.started = started))
        .catch(() => {})
    }
    return entry?.started
  }
}

/** Milliseconds that a start time is kept. */
const LOOK_UP_MS = 10_000

const starts = new ProcessStarts(
  (pid) =>
    new Promise((resolve) => {
      const [command, args, env] = startCommand(pid)
      const options = { encoding: 'utf8' as const, timeout: 5000, windowsHide: true, env: { ...process.env, ...env } }
      execFile(command, args, options, (error, output) => resolve(error === null ? output.trim() || null : null))
    }),
)

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return linuxStart(pid)
    return run(...startCommand(pid))
  } catch {
    return null
  }
}

/** The command that prints the start time of a process. */
function startCommand(pid: number): [command: string, args: string[], env: Record<string, string>] {
  return process.platform === 'win32'
    ? ['powershell.exe', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`], {}]
    : ['ps', ['-o', 'lstart=', '-p', String(pid)], { LC_ALL: 'C', TZ: 'UTC' }]
}

/**
 * proc(5): field 22 of stat is the start in clock ticks since boot. The name, field 2, may contain spaces and
 * parentheses. A zombie (killed, not yet reaped) is dead.
 */
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
