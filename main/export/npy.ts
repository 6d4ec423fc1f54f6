/**
 * One array in NumPy's format 1.0 (numpy.org, "NEP 1"): magic, header length (u16), a Python dict padded to a
 * multiple of 64, the values.
 */
import type { NamedArray } from '../../shared/util/arrays.ts'

const ALIGNMENT = 64
const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1')

/** Throws a RangeError unless the data is a Float32Array, Int32Array or Uint8Array. */
export function encodeNpy({ shape, data }: NamedArray): Buffer {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${descriptor(data)}', 'fortran_order': False, 'shape': (${dims}), }`
  const start = MAGIC.length + 2
  const length = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT - start
  const head = Buffer.alloc(start + length, ' ')
  MAGIC.copy(head)
  head.writeUInt16LE(length, MAGIC.length)
  head.write(text, start, 'latin1')
  head[head.length - 1] = 0x0a
  return Buffer.concat([head, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)])
}

/** Little-endian, as all machines are that the program runs on. */
function descriptor(data: NamedArray['data']): string {
  if (data instanceof Float32Array) return '<f4'
  if (data instanceof Int32Array) return '<i4'
  if (data instanceof Uint8Array) return '|u1'
  throw new RangeError(`no npy type for ${data.constructor.name}`)
}
