/** Taggers stay loaded as long as a request uses them, and not much longer. */
import { describe, expect, it, vi } from 'vitest'
import type { Store } from '../../main/store/types.ts'
import { TaggerCache } from '../../main/tagger/taggerCache.ts'
import type { Tagger } from '../../main/tagger/tagger.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const store = {
  getRun: (run: string) => ({ id: run, status: 'finished' }),
  loadDocument: () => null,
} as unknown as Store

class FakeTagger {
  alive = true
  closed = 0
  tag = vi.fn(async () => [])
  async close() {
    this.closed++
    this.alive = false
  }
}

function cacheOf(idleMs = 60_000) {
  const loaded: FakeTagger[] = []
  const cache = new TaggerCache(store, {
    idleMs,
    load() {
      const tagger = new FakeTagger()
      loaded.push(tagger)
      return tagger as unknown as Tagger
    },
  })
  return { cache, loaded }
}

describe('the tagger cache', () => {
  it('unloads a tagger that is idle after a single request', async () => {
    const { cache, loaded } = cacheOf(10)
    await cache.use('a', {}, async () => {})
    expect(loaded[0].closed).toBe(0)
    await vi.waitFor(() => expect(loaded[0].closed).toBe(1), PATIENCE_MS)
    expect(cache.size).toBe(0)
  })

  it('keeps it through a request that takes longer than the idle time', async () => {
    const { cache, loaded } = cacheOf(1)
    const save = Promise.withResolvers<void>()
    const long = cache.use('a', {}, () => save.promise)
    await cache.use('a', {}, async () => {})
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([loaded.length, loaded[0].closed]).toEqual([1, 0])
    save.resolve()
    await long
    await vi.waitFor(() => expect(loaded[0].closed).toBe(1), PATIENCE_MS)
  })

  it('does not close a tagger in use when another run is asked for; then it is closed at once', async () => {
    const { cache, loaded } = cacheOf()
    const save = Promise.withResolvers<void>()
    const long = cache.use('a', {}, () => save.promise)
    await cache.use('b', {}, async () => {})
    expect([loaded.length, loaded[0].closed]).toEqual([2, 0])
    save.resolve()
    await long
    expect([loaded[0].closed, loaded[1].closed, cache.size]).toEqual([1, 0, 1])
    await cache.dispose()
    expect(loaded[1].closed).toBe(1)
  })

  it('loads once for two requests at the same time', async () => {
    const { cache, loaded } = cacheOf()
    await Promise.all([cache.use('a', {}, async () => {}), cache.use('a', {}, async () => {})])
    expect(loaded).toHaveLength(1)
    await cache.dispose()
    expect(loaded[0].closed).toBe(1)
  })

  it('loads again where the tagger has failed', async () => {
    const { cache, loaded } = cacheOf()
    await cache.use('a', {}, async () => {})
    loaded[0].alive = false
    await cache.use('a', {}, async () => {})
    expect(loaded).toHaveLength(2)
    await cache.dispose()
  })

  it('loads nothing once it is disposed of', async () => {
    const { cache } = cacheOf()
    await cache.dispose()
    expect(() => cache.acquire('a', {})).toThrow(/closing/)
  })
})
