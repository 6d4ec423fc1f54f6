/** Where a command writes much: standard output, or a file that appears once it is whole. */
import { open, rename, rm } from 'node:fs/promises'
import { rmSync } from 'node:fs'
import { CommandError } from './errors.ts'
import { EXIT } from './io.ts'
import type { Io } from './io.ts'

export interface LargeOutput {
  /** Is waited for: no more is held than was last written. */
  write(text: string): Promise<void>
  finish(): Promise<void>
  /** Leaves nothing behind. */
  drop(): Promise<void>
}

/** Throws a CommandError where the file cannot be made. Ctrl-C leaves nothing behind either. */
export async function openOutput(io: Io, path: string | null): Promise<LargeOutput> {
  if (path === null)
    return {
      write: (text) => (io.stdout.write(text), io.stdout.drained()),
      finish: () => io.stdout.drained(),
      drop: async () => {},
    }
  const partial = `${path}.${process.pid}.part`
  const file = await open(partial, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`--out: ${path} cannot be written (${error.code ?? error.message})`)
  })
  const release = io.onSignal(() => {
    rmSync(partial, { force: true })
    io.exit(EXIT.stopped)
  })
  return {
    async write(text) {
      await file.writeFile(text)
    },
    async finish() {
      await file.sync()
      await file.close()
      await rename(partial, path)
      release()
    },
    async drop() {
      release()
      await file.close().catch(() => {})
      await rm(partial, { force: true })
    },
  }
}
