/** The token that outlives a restart of `serve`. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { keptToken, tokenPath } from '../../main/transport/tokenFile.ts'
import { temporaryPath } from '../store/fixtures.ts'

it('is the same at the next start, and only its owner can read it', () => {
  const database = temporaryPath()
  const token = keptToken(database)
  expect(keptToken(database)).toBe(token)
  expect(readFileSync(tokenPath(database), 'utf8').trim()).toBe(token)
  if (process.platform !== 'win32') expect(statSync(tokenPath(database)).mode & 0o777).toBe(0o600)
})

it.runIf(process.platform !== 'win32')('is replaced where others could read it', () => {
  const database = temporaryPath()
  const token = keptToken(database)
  chmodSync(tokenPath(database), 0o644)
  expect(keptToken(database)).not.toBe(token)
  expect(statSync(tokenPath(database)).mode & 0o777).toBe(0o600)
})

it('is new where the file holds none, for each database in memory, and where nothing can be stored', () => {
  const database = temporaryPath()
  writeFileSync(tokenPath(database), 'short', { mode: 0o600 })
  expect(keptToken(database)).toMatch(/^[\w-]{43}$/)
  expect(keptToken(':memory:')).not.toBe(keptToken(':memory:'))
  expect(keptToken('/dev/null/runs.db')).toMatch(/^[\w-]{43}$/)
})
