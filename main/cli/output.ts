/** Output of commands that write a lot: standard output, or a file that appears once it is complete. */
import { readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CommandError } from './errors.ts'
import { EXIT } from './io.ts'
import type { Io } from './io.ts'

export interface LargeOutput {
  /** Await it, so that only the last text is in memory. Throws CommandError. */
  write(text: string): Promise<void>
  /** Throws CommandError. */
  finish(): Promise<void>
  /** Removes what was written. */
  drop(): Promise<void>
}

/** Throws CommandError if the file cannot be created. Ctrl-C removes what was written. */
export async function openOutput(io: Io, path: string | null): Promise<LargeOutput> {
  if (path === null)
    return {
      write: (text) => (io.stdout.writeData(text), io.stdout.drained()),
      finish: () => io.stdout.drained(),
      drop: async () => {},
    }
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory()) throw new CommandError(`--out: ${path} is a folder, expected a file`)
  // A device or a pipe must not be replaced by a file.
  if (stats !== undefined && !stats.isFile()) return streamTo(path, await opened(path, path, 'w'))
  return replace(io, stats === undefined ? path : realpathSync(path))
}

async function replace(io: Io, path: string): Promise<LargeOutput> {
  removeLeftovers(path)
  const partial = `${path}.${process.pid}.part`
  const file = await opened(path, partial, 'wx')
  const release = io.onSignal(() => {
    rmSync(partial, { force: true })
    io.exit(EXIT.stopped)
  })
  return {
    write: (text) => explained(path, () => file.writeFile(text)),
    finish: () =>
      explained(path, async () => {
        await file.sync()
        await file.close()
        await rename(partial, path)
        release()
      }),
    async drop() {
      release()
      await file.close().catch(() => {})
      await rm(partial, { force: true })
    },
  }
}

function streamTo(path: string, file: FileHandle): LargeOutput {
  return {
    write: (text) => explained(path, () => file.writeFile(text)),
    finish: () => explained(path, () => file.close()),
    drop: () => file.close().catch(() => {}),
  }
}

const opened = (path: string, partial: string, flags: string) => explained(path, () => open(partial, flags))

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOSPC' || code === 'EDQUOT' ? `no space left (${code})` : (code ?? message)
    throw new CommandError(`--out: ${path} cannot be written: ${reason}`, { cause: error })
  }
}

/** Removes the partial files of processes that were killed while they wrote this file. */
function removeLeftovers(path: string): void {
  const name = basename(path)
  let entries: string[]
  try {
    entries = readdirSync(dirname(path))
  } catch {
    return // Creating the file reports why.
  }
  for (const entry of entries) {
    const pid = entry.startsWith(`${name}.`) && /^(\d+)\.part$/.exec(entry.slice(name.length + 1))?.[1]
    if (pid && !isRunning(Number(pid))) rmSync(join(dirname(path), entry), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
