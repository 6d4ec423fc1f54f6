/** Brings a file that was picked or dropped to the program, and one of the program's to the user. */
import { fromBase64, PIECE_BYTES, toBase64 } from '../../shared/util/base64.ts'
import type { FileRef, Split } from '../../shared/protocol/requests/datasets.ts'
import { ask, pathOf } from './index.ts'
import { download } from '../ui/download.ts'

/**
 * By its path where the door knows it, else piece by piece; `sent` is told how many bytes have gone, and answers whether the file is still
 * wanted. Null where it is not. Throws a RequestError.
 */
export async function handOver(file: File, sent: (bytes: number) => boolean): Promise<FileRef | null> {
  const path = pathOf(file)
  if (path) return ask('files.open', { path })
  const { file: id } = await ask('files.begin', { name: file.name, bytes: file.size })
  try {
    for (let from = 0; from < file.size; from += PIECE_BYTES) {
      const piece = new Uint8Array(await file.slice(from, from + PIECE_BYTES).arrayBuffer())
      await ask('files.append', { file: id, from, data: toBase64(piece) })
      if (!sent(from + piece.length)) {
        void ask('files.drop', { file: id })
        return null
      }
    }
    return await ask('files.end', { file: id })
  } catch (error) {
    void ask('files.drop', { file: id }).catch(() => {})
    throw error
  }
}

/** Puts a file of the program together from its pieces. Throws a RequestError. */
async function fetchPieces(
  piece: (from: number) => Promise<{ bytes: number; data: string }>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (let from = 0, bytes = 1; from < bytes;) {
    const next = await piece(from)
    bytes = next.bytes
    const data = fromBase64(next.data)
    if (data.length === 0) break
    pieces.push(data)
    from += data.length
  }
  return pieces
}

/** Saves the sentences that an import left out. */
export async function saveRejected(corpus: string, split: Split): Promise<void> {
  let name = ''
  const pieces = await fetchPieces(async (from) => {
    const piece = await ask('datasets.rejected', { corpus, split, from })
    name = piece.name
    return piece
  })
  download(name, new Blob(pieces, { type: 'text/plain' }))
}

/** Saves a file that the program made, which is dropped then. Throws a RequestError. */
export async function saveMade({ file, name }: FileRef): Promise<void> {
  try {
    download(
      name,
      new Blob(await fetchPieces((from) => ask('files.read', { file, from })), { type: 'application/octet-stream' }),
    )
  } finally {
    void ask('files.drop', { file }).catch(() => {})
  }
}
