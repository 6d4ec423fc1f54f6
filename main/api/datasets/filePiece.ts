/** Reads files in pieces, for the page to download. */
import { open } from 'node:fs/promises'
import { PIECE_BYTES, toBase64 } from '../../../shared/util/base64.ts'
import { onDisk } from './errors.ts'

/**
 * At most PIECE_BYTES of a file, from byte `from` on, and the size of the file; `name` is what the user calls it.
 * Throws 'io'.
 */
export function readPiece(path: string, name: string, from: number): Promise<{ bytes: number; data: string }> {
  return onDisk(name, async () => {
    const handle = await open(path)
    try {
      const { size } = await handle.stat()
      const buffer = new Uint8Array(Math.max(0, Math.min(PIECE_BYTES, size - from)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, Math.min(from, size))
      return { bytes: size, data: toBase64(buffer.subarray(0, bytesRead)) }
    } finally {
      await handle.close()
    }
  })
}
