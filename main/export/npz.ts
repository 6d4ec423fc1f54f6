/** The arrays of a subnet as NumPy's npz, with what they are as metadata.json among them. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { encodeNpy } from './npy.ts'
import { zip } from './zip.ts'

/** `np.load(file)[name]` is the array of that name; `np.load(file)['metadata.json']` the metadata, as bytes. */
export function encodeNpz(arrays: ArrayBundle, metadata: Record<string, string>): Buffer {
  return zip([
    ...Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const),
    ['metadata.json', Buffer.from(JSON.stringify(metadata, null, 2))],
  ])
}
