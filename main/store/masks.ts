/** Masks of the rounds of IMP, one bit per weight. */
import { crc32 } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import { sizeOf } from '../../shared/util/arrays.ts'
import { density, keptCount, packBits, unpackBits, type Mask } from '../../shared/network/mask.ts'
import { requireIntact } from './blobs.ts'
import { layersSchema } from './schemas.ts'
import { damaged, parseStored } from './stored.ts'
import type { MaskRecord } from './types.ts'

interface Row {
  layers: string
  crc: number
  bits: Buffer
}
interface LayerShape {
  name: string
  shape: number[]
}

export function masksTable(db: Database) {
  const write = db.prepare(
    'INSERT OR REPLACE INTO masks (run, task, round, layers, kept, density, crc, bits) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const read = db.prepare<[string, string, number], Row>(
    'SELECT layers, crc, bits FROM masks WHERE run = ? AND task = ? AND round = ?',
  )
  const list = db.prepare<[{ run: string; task: string | null }], MaskRecord>(
    'SELECT task, round, kept, density FROM masks WHERE run = @run AND (@task IS NULL OR task = @task) ORDER BY task, round',
  )
  const shape = db.prepare<[string], string>('SELECT layers FROM masks WHERE run = ? LIMIT 1').pluck()
  return {
    save(run: string, task: string, round: number, mask: Mask): void {
      const layers = mask.layers.map(({ name, shape }) => ({ name, shape }))
      const bits = Buffer.concat(mask.layers.map(({ kept }) => packBits(kept)))
      write.run(run, task, round, JSON.stringify(layers), keptCount(mask), density(mask), crc32(bits), bits)
    },
    load(run: string, task: string, round: number): Mask | null {
      const row = read.get(run, task, round)
      if (row === undefined) return null
      requireIntact(`The mask of task ${task}, round ${round},`, row.bits, row.crc)
      return unpack(row)
    },
    layers(run: string): LayerShape[] | null {
      const layers = shape.get(run)
      return layers === undefined ? null : parseLayers(layers)
    },
    list: (run: string, task?: string) => list.all({ run, task: task ?? null }),
  }
}

const parseLayers = (json: string) => parseStored<LayerShape[]>('A mask', json, layersSchema)

function unpack({ layers, bits }: Row): Mask {
  const shapes = parseLayers(layers)
  const expected = shapes.reduce((sum, { shape }) => sum + ((sizeOf(shape) + 7) >> 3), 0)
  if (expected !== bits.length) throw damaged('A mask', `found ${bits.length} bytes, expected ${expected}`)
  let at = 0
  return {
    layers: shapes.map(({ name, shape }) => {
      const weights = sizeOf(shape)
      const bytes = (weights + 7) >> 3
      return { name, shape, kept: unpackBits(bits.subarray(at, (at += bytes)), weights) }
    }),
  }
}
