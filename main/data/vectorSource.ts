/** Reads word vectors from an installed set, a file in word2vec's binary format, or a text file. */
import type { FileDigest } from './lines.ts'
import { IssueList } from './problems.ts'
import { unreadable } from './unreadable.ts'
import { isVectorSet, withVectorSet, type VectorRows } from '../vectors/setFile.ts'
import { scanVectors, WantedRows, type VectorSink } from './vectorFile.ts'
import { isWord2vecBinary, scanWord2vecBinary } from './word2vecBinary.ts'

/**
 * Returns the vectors of the `wanted` words in the file; the first vector of a repeated word is used. Returns null and
 * adds errors to `issues` if the file cannot be used. An installed set is not read in full; its digest is that of its
 * vectors.
 */
export async function readVectorRows(
  path: string,
  file: string,
  dim: number,
  wanted: Set<string>,
  digest: FileDigest,
  issues: IssueList,
): Promise<VectorRows | null> {
  try {
    if (isVectorSet(path)) return readSet(path, file, dim, wanted, digest, issues)
  } catch (error) {
    issues.error(file, null, unreadable(error))
    return null
  }
  const rows = new WantedRows(wanted)
  return (await scanFile(path, file, dim, rows, digest, issues)) === null ? null : rows
}

/** Streams every row of a file in text or binary format into `sink`; see scanVectors. */
export async function scanFile(
  path: string,
  file: string,
  dim: number | null,
  sink: VectorSink,
  digest: FileDigest,
  issues: IssueList,
): Promise<number | null> {
  let binary: boolean
  try {
    binary = await isWord2vecBinary(path)
  } catch (error) {
    issues.error(file, null, unreadable(error))
    return null
  }
  return binary
    ? scanWord2vecBinary(path, file, dim, sink, digest, issues)
    : scanVectors(path, file, dim, sink, digest, issues)
}

/** The number of values per vector, read from the beginning of a file; null if unknown. Does not throw. */
export async function vectorDim(path: string): Promise<number | null> {
  const first: { dim: number | null } = { dim: null }
  const stop = new Error('the first row is enough')
  try {
    if (isVectorSet(path)) return withVectorSet(path, ({ info }) => info.dim)
    const sink: VectorSink = {
      wants: () => true,
      keep(_, vector) {
        first.dim = vector.length
        throw stop
      },
    }
    await scanFile(path, path, null, sink, { hash: '', bytes: 0 }, new IssueList())
  } catch {
    // Problems of the file are reported when its vectors are read.
  }
  return first.dim
}

function readSet(
  path: string,
  file: string,
  dim: number,
  wanted: Set<string>,
  digest: FileDigest,
  issues: IssueList,
): VectorRows | null {
  return withVectorSet(path, (set) => {
    if (set.info.dim !== dim) {
      issues.error(file, null, `found vectors of ${set.info.dim} numbers, expected ${dim} (model.wordDim)`)
      return null
    }
    digest.hash = set.info.hash
    digest.bytes = set.info.words * set.info.dim * Float32Array.BYTES_PER_ELEMENT
    return set.rowsOf(wanted)
  })
}
