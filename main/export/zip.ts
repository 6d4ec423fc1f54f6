/** A zip archive in memory (PKWARE's APPNOTE, the parts of version 2.0): each entry deflated where that makes it smaller. */
import { crc32, deflateRawSync } from 'node:zlib'

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50]
const VERSION = 20
/** Names are UTF-8. */
const FLAGS = 0x0800
const [STORED, DEFLATED] = [0, 8]
/** 1 January 1980, the first that the format knows: the same content gives the same bytes. */
const DATE = 0x0021
/** Beyond, fields of 32 bits run over. */
const MOST_BYTES = 0xffffffff

/** Names must differ. Throws a RangeError beyond 4 GiB, which would take the format's 64-bit form. */
export function zip(entries: Iterable<readonly [name: string, content: Uint8Array]>): Buffer {
  const local: Uint8Array[] = []
  const central: Uint8Array[] = []
  let at = 0
  for (const [name, content] of entries) {
    const path = Buffer.from(name)
    const squeezed = deflateRawSync(content)
    const [method, body] = squeezed.length < content.length ? [DEFLATED, squeezed] : [STORED, content]
    const common = fields(
      [VERSION, 2],
      [FLAGS, 2],
      [method, 2],
      [0, 2],
      [DATE, 2],
      [crc32(content), 4],
      [body.length, 4],
      [content.length, 4],
      [path.length, 2],
      [0, 2],
    )
    local.push(fields([LOCAL, 4]), common, path, body)
    central.push(fields([CENTRAL, 4], [VERSION, 2]), common, fields([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), path)
    at += 4 + common.length + path.length + body.length
    if (at > MOST_BYTES)
      throw new RangeError('an npz file of more than 4 GiB is not supported; safetensors has no such limit')
  }
  const directory = Buffer.concat(central)
  const count = central.length / 4
  return Buffer.concat([
    ...local,
    directory,
    fields([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [directory.length, 4], [at, 4], [0, 2]),
  ])
}

/** Little-endian numbers of 2 or 4 bytes. */
function fields(...values: [value: number, bytes: 2 | 4][]): Buffer {
  const buffer = Buffer.alloc(values.reduce((sum, [, bytes]) => sum + bytes, 0))
  values.reduce((offset, [value, bytes]) => buffer.writeUIntLE(value, offset, bytes), 0)
  return buffer
}
