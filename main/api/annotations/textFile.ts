/** A file of text that the program makes for the window, piece by piece. */
import { open, rm } from 'node:fs/promises'
import type { FileRef } from '../../../shared/protocol/requests/datasets.ts'
import { onDisk } from '../datasets/errors.ts'
import type { Uploads } from '../datasets/uploads.ts'

/** `counts` is what `make` returned. Throws 'diskFull', 'io', and what `make` throws; then nothing is left behind. */
export async function textFile<T>(
  uploads: Uploads,
  name: string,
  make: (write: (text: string) => Promise<void>) => Promise<T>,
): Promise<{ file: FileRef; counts: T }> {
  let counts: T
  const file = await onDisk(name, () =>
    uploads.make(name, async (path) => {
      const handle = await open(path, 'w')
      try {
        counts = await make(async (text) => void (await handle.write(text)))
      } catch (error) {
        await rm(path, { force: true })
        throw error
      } finally {
        await handle.close()
      }
    }),
  )
  return { file, counts: counts! }
}
