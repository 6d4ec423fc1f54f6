/** The arrays of a subnet as NumPy's npz, with their metadata as metadata.json. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { encodeNpy } from './npy.ts'
import { zip } from './zip.ts'

/** In NumPy, `np.load(file)[name]` is an array and `np.load(file)['metadata.json']` the metadata, as bytes. */
export function encodeNpz(arrays: ArrayBundle, metadata: Record<string, string>): Promise<Uint8Array> {
  return zip([
    ...Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const),
    ['metadata.json', Buffer.from(JSON.stringify(metadata, null, 2))],
  ])
}
