/** A disk that writes only a part at a time: an archive is sealed completely all the same. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { temporaryPath } from './fixtures.ts'

const disk = vi.hoisted(() => ({ most: 7, stuck: false }))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    writeSync: (file: number, bytes: Uint8Array, offset: number, length: number, position: number | null) =>
      disk.stuck ? 0 : fs.writeSync(file, bytes, offset, Math.min(length, disk.most), position),
  }
})
const { seal, unseal } = await import('../../main/store/archive/seal.ts')

it('writes the rest, and reports a disk that writes nothing', () => {
  const path = join(dirname(temporaryPath()), 'a')
  const content = 'the content of an archive, longer than one write'
  writeFileSync(path, content)
  seal(path)
  unseal(path, `${path}.copy`)
  expect(readFileSync(`${path}.copy`, 'utf8')).toBe(content)
  disk.stuck = true
  expect(() => unseal(path, `${path}.second`)).toThrow(expect.objectContaining({ code: 'EIO' }))
})
