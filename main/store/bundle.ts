/**
 * Named arrays as bytes, in the safetensors layout (github.com/huggingface/safetensors, "Format"):
 * 8 bytes header length (u64, little-endian), JSON header padded with spaces to a multiple of 8, then the arrays
 * without gaps, row-major, little-endian. Wider types come first so that every array is aligned.
 * All platforms the product runs on are little-endian, so arrays are copied as they lie in memory.
 */
import type { ArrayBundle, NumericArray } from '../../shared/util/arrays.ts'
import { StoreError } from './errors.ts'

const TYPES = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U32: Uint32Array, U8: Uint8Array } as const
type TypeName = keyof typeof TYPES

interface Entry {
  dtype: TypeName
  shape: number[]
  data_offsets: [begin: number, end: number]
}

/** The name that the format reserves for free text about the file. */
const METADATA = '__metadata__'
/** The limit of the reference implementation. */
const MAX_HEADER = 100_000_000

/**
 * The arrays as one safetensors file. Throws a RangeError where an array does not match its shape, or has an
 * unsupported type or a reserved name.
 */
export function encodeBundle(arrays: ArrayBundle, metadata: Record<string, string> = {}): Buffer {
  const entries = Object.entries(arrays).map(([name, { shape, data }]) => ({
    name,
    shape,
    data,
    dtype: typeName(name, data),
  }))
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { [METADATA]: metadata } : {}
  // Names are entered in the caller's order, which decoding restores; the data is sorted by width.
  for (const { name, shape, data } of entries) {
    if (name === METADATA || name === '__proto__') throw new RangeError(`An array cannot be called ${name}.`)
    const expected = countOf(shape)
    if (expected !== data.length)
      throw new RangeError(
        `${name} has ${data.length} values, its shape [${shape}] takes ${expected ?? 'whole numbers'}.`,
      )
    header[name] = null
  }
  let total = 0
  const byWidth = entries.toSorted((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)
  for (const { name, shape, data, dtype } of byWidth) {
    header[name] = { dtype, shape, data_offsets: [total, total + data.byteLength] } satisfies Entry
    total += data.byteLength
  }
  return assemble(
    JSON.stringify(header),
    byWidth.map(({ data }) => data),
    total,
  )
}

/**
 * The arrays of a safetensors file, each in memory of its own (it can be transferred to another thread).
 * Throws a StoreError 'damaged' with the reason unless every byte is accounted for.
 */
export function decodeBundle(bytes: Uint8Array): ArrayBundle {
  const { entries, body } = readHeader(bytes)
  const bundle: ArrayBundle = {}
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [begin, end],
    },
  ] of entries) {
    bundle[name] = { shape, data: new TYPES[dtype](body.slice(begin, end).buffer) }
  }
  return bundle
}

/** The free text of a safetensors file. Throws a StoreError 'damaged' like decodeBundle. */
export function bundleMetadata(bytes: Uint8Array): Record<string, string> {
  return readHeader(bytes).metadata
}

function assemble(json: string, arrays: NumericArray[], total: number): Buffer {
  const length = Math.ceil(Buffer.byteLength(json) / 8) * 8
  const file = Buffer.allocUnsafeSlow(8 + length + total)
  file.writeBigUInt64LE(BigInt(length), 0)
  file.fill(0x20, 8, 8 + length)
  file.write(json, 8, 'utf8')
  let at = 8 + length
  for (const data of arrays) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return file
}

function readHeader(bytes: Uint8Array): {
  entries: [string, Entry][]
  metadata: Record<string, string>
  body: Uint8Array
} {
  if (bytes.length < 8) throw damaged(`${bytes.length} bytes are too few`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (length > MAX_HEADER || length > bytes.length - 8)
    throw damaged(`the header claims ${length} bytes of ${bytes.length}`)
  // A view, whatever Uint8Array it came as: slicing a Buffer would not copy.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + 8 + length, bytes.length - 8 - length)
  const { [METADATA]: metadata = {}, ...rest } = parseHeader(bytes.subarray(8, 8 + length))
  if (!isRecord(metadata) || Object.values(metadata).some((text) => typeof text !== 'string'))
    throw damaged('its metadata is not text by name')
  const entries = Object.entries(rest).map(([name, entry]): [string, Entry] => [name, checkEntry(name, entry)])
  checkCoverage(entries, body.length)
  return { entries, metadata: metadata as Record<string, string>, body }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw damaged('the header is not JSON', error)
  }
  if (bytes[0] !== 0x7b || !isRecord(header)) throw damaged('the header is not an object')
  return header
}

function checkEntry(name: string, entry: unknown): Entry {
  if (name === '__proto__') throw damaged('an array is called __proto__')
  if (!isRecord(entry) || Object.keys(entry).length !== 3)
    throw damaged(`${name} is not described by dtype, shape and data_offsets`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Object.hasOwn(TYPES, dtype))
    throw damaged(`${name} is of type ${String(dtype)}, which is none of ${Object.keys(TYPES).join(', ')}`)
  const count = Array.isArray(shape) ? countOf(shape) : null
  if (count === null) throw damaged(`${name} has no valid shape`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((at) => Number.isSafeInteger(at) && at >= 0))
    throw damaged(`${name} has no valid offsets`)
  const bytes = count * TYPES[dtype as TypeName].BYTES_PER_ELEMENT
  if (offsets[1] - offsets[0] !== bytes)
    throw damaged(`${name} takes ${bytes} bytes, its offsets span ${offsets[1] - offsets[0]}`)
  return { dtype: dtype as TypeName, shape: shape as number[], data_offsets: offsets as [number, number] }
}

/** Every byte of the body belongs to exactly one array. */
function checkCoverage(entries: [string, Entry][], length: number): void {
  let at = 0
  const inOrder = entries.toSorted(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  )
  for (const [
    name,
    {
      data_offsets: [begin, end],
    },
  ] of inOrder) {
    if (begin !== at) throw damaged(`${name} begins at byte ${begin} instead of ${at}`)
    at = end
  }
  if (at !== length) throw damaged(`its arrays take ${at} bytes, there are ${length}`)
}

function typeName(name: string, data: NumericArray): TypeName {
  const found = (Object.keys(TYPES) as TypeName[]).find((type) => data instanceof TYPES[type])
  if (found === undefined) throw new RangeError(`${name} is not of type ${Object.keys(TYPES).join(', ')}.`)
  return found
}

/** Number of values of a shape; null unless it consists of whole numbers and the product is exact. */
function countOf(shape: unknown[]): number | null {
  let count = 1
  for (const n of shape) {
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) return null
    count *= n
  }
  return Number.isSafeInteger(count) ? count : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function damaged(reason: string, cause?: unknown): StoreError {
  return new StoreError('damaged', `Not a readable bundle of arrays: ${reason}.`, cause)
}
