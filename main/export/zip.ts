/**
 * A zip archive in memory, compressed by fflate in threads of its own, so that the caller's thread stays responsive.
 */
import { zip as compress, type AsyncZippable } from 'fflate'

/**
 * The first date that the format can store, so that the same content gives the same bytes. In local time, as fflate
 * reads it.
 */
const DATE = new Date(1980, 0, 1)
/** The format stores sizes in 32 bits; fflate does not write its 64-bit form. */
const MAX_BYTES = 0xffffffff

/** Names must be distinct. Throws an Error beyond 4 GiB. */
export async function zip(entries: Iterable<readonly [name: string, content: Uint8Array]>): Promise<Uint8Array> {
  const files: AsyncZippable = {}
  let bytes = 0
  for (const [name, content] of entries) {
    files[name] = content
    bytes += content.length
  }
  if (bytes > MAX_BYTES)
    throw new Error('a zip or npz file of more than 4 GiB is not supported; safetensors has no such limit')
  return new Promise((resolve, reject) =>
    compress(files, { mtime: DATE }, (error, archive) => (error === null ? resolve(archive) : reject(error))),
  )
}
