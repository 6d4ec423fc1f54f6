/** Threads are started in one place, which keeps V8 from what ends the process, and gives them a lock. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { withLock } from '../../main/threads/lock.ts'
import { startThread } from '../../main/threads/start.ts'

const MAIN = join(import.meta.dirname, '../../main')

test('no other file makes a thread', () => {
  const files = readdirSync(MAIN, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|mjs)$/.test(file))
  expect(
    files
      .filter((file) => readFileSync(join(MAIN, file), 'utf8').includes('new Worker('))
      .map((file) => file.replaceAll('\\', '/')),
  ).toEqual(['threads/start.ts'])
})

// A Node without it: see whether the fault is gone, and then take the setting away.
test('V8 knows the setting', () => {
  expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(
    '--wasm-wrapper-tiering-budget',
  )
})

test('a thread runs TypeScript and is given its data', async () => {
  const thread = startThread(new URL('./echo.ts', import.meta.url), { told: 'this' })
  expect(await new Promise((resolve, reject) => thread.on('message', resolve).on('error', reject))).toEqual({
    told: 'this',
  })
})

describe('the lock', () => {
  it('lets one thread in at a time', async () => {
    // [turns taken, threads within, whether there were ever two]
    const seen = new Int32Array(new SharedArrayBuffer(12))
    const threads = [1, 2, 3].map(() => startThread(new URL('./within.ts', import.meta.url), { seen, turns: 200 }))
    for (let turn = 0; turn < 200; turn++) withLock(() => Atomics.add(seen, 0, 1))
    await Promise.all(
      threads.map((thread) => new Promise((resolve, reject) => thread.on('exit', resolve).on('error', reject))),
    )
    expect([...seen]).toEqual([800, 0, 0])
  })

  it('is given back where the body throws', () => {
    expect(() =>
      withLock(() => {
        throw new Error('within')
      }),
    ).toThrow('within')
    expect(withLock(() => 'next')).toBe('next')
  })
})
