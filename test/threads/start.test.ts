/** Threads are started in one place, which sets a V8 flag against a crash and shares a lock with them. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getEnvironmentData } from 'node:worker_threads'
import { describe, expect, it, test, vi } from 'vitest'
import { LockTimeoutError, withLock } from '../../main/threads/lock.ts'
import { startThread } from '../../main/threads/start.ts'

const MAIN = join(import.meta.dirname, '../../main')

test('no other file starts a thread', () => {
  const files = readdirSync(MAIN, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|mjs)$/.test(file))
  expect(
    files
      .filter((file) => readFileSync(join(MAIN, file), 'utf8').includes('new Worker('))
      .map((file) => file.replaceAll('\\', '/')),
  ).toEqual(['threads/start.ts'])
})

// In a Node without the flag, check whether the bug is fixed, and remove the flag.
test('V8 knows the flag', () => {
  expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(
    '--wasm-wrapper-tiering-budget',
  )
})

test('a thread runs TypeScript and receives its data', async () => {
  const thread = startThread(new URL('./echo.ts', import.meta.url), { told: 'this' })
  expect(await new Promise((resolve, reject) => thread.on('message', resolve).on('error', reject))).toEqual({
    told: 'this',
  })
})

describe('the lock', () => {
  it('is held by one thread at a time', async () => {
    // [turns taken, threads inside, whether there were ever two]
    const seen = new Int32Array(new SharedArrayBuffer(12))
    const threads = [1, 2, 3].map(() => startThread(new URL('./within.ts', import.meta.url), { seen, turns: 200 }))
    for (let turn = 0; turn < 200; turn++) withLock(() => Atomics.add(seen, 0, 1))
    await Promise.all(
      threads.map((thread) => new Promise((resolve, reject) => thread.on('exit', resolve).on('error', reject))),
    )
    expect([...seen]).toEqual([800, 0, 0])
  })

  // Last but one: the lock stays taken until the next test releases it.
  it('is an error, not entered, where it is not released in time', async () => {
    const holder = startThread(new URL('./holder.ts', import.meta.url))
    await new Promise((resolve, reject) => holder.once('message', resolve).once('error', reject))
    const body = vi.fn()
    expect(() => withLock(body, 20)).toThrow(LockTimeoutError)
    expect(body).not.toHaveBeenCalled()
    await holder.terminate()
    expect(() => withLock(body, 20)).toThrow(/terminated; restart/)
    expect(body).not.toHaveBeenCalled()
    // What the terminated thread can no longer do.
    Atomics.store(new Int32Array(getEnvironmentData('sparse-sharing/lock') as SharedArrayBuffer), 0, 0)
  })

  it('is released where the body throws', () => {
    expect(() =>
      withLock(() => {
        throw new Error('within')
      }),
    ).toThrow('within')
    expect(withLock(() => 'next')).toBe('next')
  })
})
