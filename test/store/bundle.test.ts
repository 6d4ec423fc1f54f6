import { describe, expect, it } from 'vitest'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { bundleMetadata, decodeBundle, encodeBundle } from '../../main/store/bundle.ts'

const bundle: ArrayBundle = {
  mask: { shape: [3], data: Uint8Array.of(1, 0, 1) },
  'bilstm.0.fw.W': { shape: [2, 2], data: Float32Array.of(1.5, -0, NaN, Infinity) },
  step: { shape: [], data: Float64Array.of(Math.PI) },
  ids: { shape: [2], data: Int32Array.of(-1, 2147483647) },
  counter: { shape: [1], data: Uint32Array.of(4294967295) },
  nothing: { shape: [0, 5], data: new Float32Array(0) },
}

/** A file of the given header and body. */
function file(header: unknown, body: number = 0): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.alloc(body)])
}
const f32 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: 'F32', shape, data_offsets: [begin, end] })

describe('encodeBundle', () => {
  it('round-trips values, types, shapes and order', () => {
    const decoded = decodeBundle(encodeBundle(bundle))
    expect(decoded).toStrictEqual(bundle)
    expect(Object.keys(decoded)).toEqual(Object.keys(bundle))
  })

  it('is a safetensors file: padded header, wider types first, no gaps', () => {
    const bytes = encodeBundle(bundle)
    const length = Number(bytes.readBigUInt64LE())
    const text = bytes.subarray(8, 8 + length).toString()
    const header = JSON.parse(text) as Record<string, { dtype: string; data_offsets: number[] }>
    expect(length % 8).toBe(0)
    expect(text).toMatch(/^\{.*\} *$/)
    expect(header.step).toEqual({ dtype: 'F64', shape: [], data_offsets: [0, 8] })
    expect(header['bilstm.0.fw.W'].data_offsets).toEqual([8, 24])
    expect(header.mask).toEqual({ dtype: 'U8', shape: [3], data_offsets: [36, 39] })
    expect(bytes.length).toBe(8 + length + 39)
  })

  it('accepts views into larger buffers, and returns arrays with their own memory', () => {
    const large = Float32Array.of(0, 1, 2, 3)
    const decoded = decodeBundle(encodeBundle({ part: { shape: [2], data: large.subarray(1, 3) } }))
    expect(decoded.part.data).toEqual(Float32Array.of(1, 2))
    expect(decoded.part.data.buffer.byteLength).toBe(8)
  })

  it('reads from an unaligned offset', () => {
    const bytes = encodeBundle(bundle)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(decodeBundle(shifted.subarray(3))).toStrictEqual(bundle)
  })

  it('keeps metadata', () => {
    const bytes = encodeBundle(bundle, { task: 'ner' })
    expect(bundleMetadata(bytes)).toEqual({ task: 'ner' })
    expect(bundleMetadata(encodeBundle({}))).toEqual({})
    expect(decodeBundle(bytes)).toStrictEqual(bundle)
  })

  it('keeps names that are not ASCII', () => {
    expect(
      Object.keys(decodeBundle(encodeBundle({ 'head.日本 "x"\n': { shape: [1], data: Uint8Array.of(7) } }))),
    ).toEqual(['head.日本 "x"\n'])
  })

  it('refuses arrays that would not round-trip', () => {
    expect(() => encodeBundle({ w: { shape: [3], data: new Float32Array(2) } })).toThrow(
      /w has 2 values, its shape \[3\] takes 3/,
    )
    expect(() => encodeBundle({ w: { shape: [1.5], data: new Float32Array(1) } })).toThrow(/whole numbers/)
    expect(() => encodeBundle({ __metadata__: { shape: [0], data: new Uint8Array(0) } })).toThrow(
      /cannot be called __metadata__/,
    )
    expect(() => encodeBundle({ w: { shape: [1], data: new Int16Array(1) as never } })).toThrow(/not of type/)
  })
})

describe('decodeBundle refuses', () => {
  it.each([
    ['nothing', Buffer.alloc(0), /0 bytes are too few/],
    ['a header longer than the file', encodeBundle(bundle).subarray(0, 40), /header claims \d+ bytes of 40/],
    ['a missing end', encodeBundle(bundle).subarray(0, -1), /its arrays take 39 bytes, there are 38/],
    ['bytes left over', Buffer.concat([encodeBundle(bundle), Buffer.alloc(1)]), /take 39 bytes, there are 40/],
    ['no JSON', file('{"w":'), /header is not JSON/],
    ['broken text', Buffer.concat([file('  ').subarray(0, 8), Buffer.from([0xff, 0xfe])]), /header is not JSON/],
    ['another value', file('[]'), /header is not an object/],
    ['leading space', file(' {}'), /header is not an object/],
    ['an unknown type', file({ w: { dtype: 'BF16', shape: [1], data_offsets: [0, 2] } }, 2), /w is of type BF16/],
    [
      'an inherited name as type',
      file({ w: { dtype: 'toString', shape: [1], data_offsets: [0, 2] } }, 2),
      /w is of type toString/,
    ],
    ['a missing field', file({ w: { dtype: 'F32', shape: [1] } }), /w is not described/],
    ['a negative shape', file({ w: f32([-1], 0, 4) }, 4), /no valid shape/],
    ['a shape beyond counting', file({ w: f32([2 ** 40, 2 ** 40], 0, 4) }, 4), /no valid shape/],
    ['offsets that are no numbers', file({ w: f32([1], '0', 4) }, 4), /no valid offsets/],
    ['offsets of another size', file({ w: f32([2], 0, 4) }, 4), /w takes 8 bytes, its offsets span 4/],
    ['a gap', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /b begins at byte 8 instead of 4/],
    ['an overlap', file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), /b begins at byte 4 instead of 8/],
    ['a prototype', file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4), /called __proto__/],
    ['metadata that is not text', file({ __metadata__: { n: 1 } }), /metadata is not text/],
  ])('%s', (_what, bytes, reason) => {
    expect(() => decodeBundle(bytes)).toThrow(reason)
    expect(() => decodeBundle(bytes)).toThrow(expect.objectContaining({ code: 'damaged' }))
  })
})
