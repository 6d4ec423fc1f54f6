/** Writes a text file for download, in parts. */
import { open } from 'node:fs/promises'
import type { FileRef } from '../../../shared/protocol/requests/datasets.ts'
import { onDisk } from '../datasets/errors.ts'
import type { Uploads } from '../datasets/uploads.ts'

/** `counts` is the result of `make`. Throws 'diskFull', 'io', and what `make` throws; then no file is left. */
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
        counts = await make((text) => handle.writeFile(text))
      } finally {
        await handle.close()
      }
    }),
  )
  return { file, counts: counts! }
}
