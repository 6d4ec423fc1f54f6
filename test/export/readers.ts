/** Small readers of the exported formats that share no code with the writers. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface ReadArray {
  dtype: string
  shape: number[]
  bytes: Buffer
}

/** safetensors: header length, JSON, arrays. */
export function readSafetensors(path: string): { metadata: Record<string, string>; arrays: Map<string, ReadArray> } {
  const file = readFileSync(path)
  const end = 8 + Number(file.readBigUInt64LE(0))
  const { __metadata__: metadata, ...entries } = JSON.parse(file.toString('utf8', 8, end))
  const arrays = new Map(
    Object.entries<{ dtype: string; shape: number[]; data_offsets: number[] }>(entries).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => [name, { dtype, shape, bytes: file.subarray(end + from, end + to) }],
    ),
  )
  return { metadata, arrays }
}

/** Prints every array of an npz as NumPy reads it: type, shape, SHA-256 of its row-major values; and metadata.json. */
const NUMPY = `
import sys, json, hashlib, numpy as np
z = np.load(sys.argv[1])
names = [n for n in z.files if n != 'metadata.json']
digest = lambda a: hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()
arrays = {n: [z[n].dtype.str, list(z[n].shape), digest(z[n])] for n in names}
print(json.dumps({'metadata': json.loads(z['metadata.json']), 'arrays': arrays}))
`

export const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0

export function readByNumpy(path: string): {
  metadata: Record<string, string>
  arrays: Record<string, [dtype: string, shape: number[], sha256: string]>
} {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', NUMPY, path], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
