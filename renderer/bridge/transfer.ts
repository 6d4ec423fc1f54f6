/** Uploads files that were picked or dropped to the program, and downloads files of the program. */
import { fromBase64, PIECE_BYTES, toBase64 } from '../../shared/util/base64.ts'
import type { FileRef, Split } from '../../shared/protocol/requests/datasets.ts'
import { ask, pathOf } from './index.ts'
import { download } from '../ui/download.ts'

/**
 * Uploads a file to be imported: by its path where that is known (Electron), else in pieces. `onSent` is called with the
 * number of bytes sent and returns whether to continue; null if it did not. Throws a RequestError.
 */
export async function upload(file: File, onSent: (bytes: number) => boolean): Promise<FileRef | null> {
  const path = pathOf(file)
  return path ? ask('files.open', { path }) : uploadContent(file, onSent)
}

/**
 * Uploads the content of a file in pieces, as replies that show its content need it (main/api/fileAccess.ts): to be tagged
 * or corrected. `onSent` and the result as in `upload`.
 */
export async function uploadContent(file: File, onSent: (bytes: number) => boolean): Promise<FileRef | null> {
  const { file: id } = await ask('files.begin', { name: file.name, bytes: file.size })
  try {
    for (let from = 0; from < file.size; from += PIECE_BYTES) {
      const piece = new Uint8Array(await file.slice(from, from + PIECE_BYTES).arrayBuffer())
      await ask('files.append', { file: id, from, data: toBase64(piece) })
      if (!onSent(from + piece.length)) {
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

/** Downloads a file of the program in pieces. Throws a RequestError. */
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

/** Saves the sentences that an import rejected. */
export async function saveRejected(corpus: string, split: Split): Promise<void> {
  let name = ''
  const pieces = await fetchPieces(async (from) => {
    const piece = await ask('datasets.rejected', { corpus, split, from })
    name = piece.name
    return piece
  })
  download(name, new Blob(pieces, { type: 'text/plain' }))
}

/** Saves a file that the program made, and has it deleted there. Throws a RequestError. */
export async function saveCreated({ file, name }: FileRef): Promise<void> {
  try {
    download(
      name,
      new Blob(await fetchPieces((from) => ask('files.read', { file, from })), { type: 'application/octet-stream' }),
    )
  } finally {
    void ask('files.drop', { file }).catch(() => {})
  }
}
