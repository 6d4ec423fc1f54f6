/** Probing backends in real processes, and the choice of `auto`. */
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { availability } from '../../main/backend/availability.ts'
import { withoutNames } from '../../main/devices/diagnostics.ts'
import { deviceReport, diagnostics, preferBackend } from '../../main/devices/index.ts'
import { machineKey, softwareKey } from '../../main/devices/machine.ts'
import { backendOrder } from '../../main/devices/ranking.ts'
import { selfCheck } from '../../main/devices/selfCheck.ts'
import { openStore, type Store } from '../../main/store/index.ts'
import { forkTrainer } from '../../main/trainer/fork.ts'
import { probeOnFirstStart, probeBackends } from '../../main/trainer/probeBackends.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ProbeResult } from '../../shared/devices/devices.ts'
import { BACKENDS } from '../support/backends.ts'
import { folderOf, tinyConfig } from '../support/corpus.ts'
import { afterFile } from '../support/cleanup.ts'
import { created } from '../support/experiments.ts'

const FAILING = new URL('../support/failingBackend.ts', import.meta.url).href

afterEach(() => {
  delete process.env.BREAKS
})

function emptyStore(): Store {
  const store = openStore(join(folderOf({}), 'runs.db'))
  afterFile(() => store.close())
  return store
}

const usableResult = (backend: BackendName, tokensPerSecond: number | null): ProbeResult => ({
  backend,
  wrong: false,
  at: '2026-01-01T00:00:00Z',
  availability: { usable: true, version: 'v', device: 'd', memoryBytes: null, isa: null },
  benchmarks:
    tokensPerSecond === null
      ? null
      : [
          { batchSize: 10, tokensPerSecond },
          { batchSize: 32, tokensPerSecond: 1e6 / tokensPerSecond },
        ],
})

describe('a probe', () => {
  it.each(BACKENDS.filter(({ name }) => name !== 'cpu').map(({ name }) => name as BackendName))(
    'finds that %s computes as plain TensorFlow.js does',
    async (name) => {
      expect(await selfCheck(name)).toBeNull()
    },
  )

  it('benchmarks a usable backend, and stores the result', async () => {
    const store = emptyStore()
    const [result] = await probeBackends(store, forkTrainer, {
      measure: true,
      backends: [BACKENDS[0].name as BackendName],
    })
    expect(result.availability.usable).toBe(true)
    for (const { tokensPerSecond } of result.benchmarks!) expect(tokensPerSecond).toBeGreaterThan(0)
    expect(store.devices.list(machineKey(), softwareKey())).toEqual([result])
    // A probe without benchmarks keeps the stored ones.
    const [again] = await probeBackends(store, forkTrainer, {
      measure: false,
      backends: [BACKENDS[0].name as BackendName],
    })
    expect(again.benchmarks).toEqual(result.benchmarks)
  })

  it.each([
    ['probe', /CUDA 11\.2 not found: libcudart\.so\.11\.0/, false],
    ['wrong', /gives wrong results: .*loss/, true],
    ['throw', /fails when training: device lost/, false],
    ['abort', /ended the process/, false],
    ['hang', /no answer within 3 s/, false],
  ])('says why one cannot be used: %s', async (how, reason, wrong) => {
    Object.assign(process.env, { BREAKS: how, BREAKS_AFTER: '1' })
    const [result] = await probeBackends(emptyStore(), forkTrainer, {
      measure: true,
      backends: ['tensorflow'],
      modules: [FAILING],
      ...(how === 'hang' && { timeoutMs: 3000 }),
    })
    expect(result).toMatchObject({
      backend: 'tensorflow',
      wrong,
      benchmarks: null,
      availability: { usable: false, reason: expect.stringMatching(reason) as string },
    })
  })
})

describe('the first start on a machine', () => {
  const looking = (usable: BackendName[], software = false) => {
    const store = emptyStore()
    const asked: [BackendName, boolean][] = []
    let told = 0
    const look = () =>
      probeOnFirstStart(
        store,
        async (backend, measure) => {
          asked.push([backend, measure])
          const result = usableResult(backend, measure ? 100 : null)
          store.devices.save(
            machineKey(),
            softwareKey(),
            usable.includes(backend)
              ? { ...result, availability: { ...result.availability, software } as ProbeResult['availability'] }
              : { ...result, availability: { usable: false, reason: 'r', remedy: null } },
          )
        },
        () => told++,
      )
    return { asked, look, told: () => told }
  }

  it('runs no benchmarks where there is no choice, and is not repeated', async () => {
    for (const { look, asked, told } of [looking([]), looking(['webgpu'], true)]) {
      await look()
      await look()
      expect([asked, told()]).toEqual([
        [
          ['tensorflow', false],
          ['webgpu', false],
        ],
        0,
      ])
    }
  })

  it('benchmarks a third-party library and our kernels where both can compute', async () => {
    const { look, asked, told } = looking(['tensorflow'])
    await look()
    expect([asked, told()]).toEqual([
      [
        ['tensorflow', false],
        ['webgpu', false],
        ['native', true],
        ['tensorflow', true],
      ],
      1,
    ])
  })
})

describe('auto', () => {
  const keep = (store: Store, ...all: ProbeResult[]) =>
    all.forEach((result) => store.devices.save(machineKey(), softwareKey(), result))

  it('chooses the fastest at the batch size, and without benchmarks only our own', () => {
    const store = emptyStore()
    expect(backendOrder(store, 10)).toEqual(['native', 'cpu'])
    keep(
      store,
      usableResult('webgpu', 900),
      usableResult('native', 100),
      usableResult('tensorflow', null),
      usableResult('cpu', 1),
    )
    expect(backendOrder(store, 10)).toEqual(['webgpu', 'native', 'cpu'])
    expect(backendOrder(store, 64)).toEqual(['cpu', 'native', 'webgpu'])
    expect(
      deviceReport(store, 10)
        .entries.filter(({ chosen }) => chosen)
        .map(({ backend }) => backend),
    ).toEqual(['webgpu'])
  })

  it('leaves out backends with wrong results, ours too, and results of other versions', () => {
    const store = emptyStore()
    keep(store, {
      ...usableResult('native', null),
      wrong: true,
      availability: { usable: false, reason: 'r', remedy: null },
    })
    store.devices.save(machineKey(), 'older', usableResult('webgpu', 900))
    expect(backendOrder(store, 10)).toEqual(['cpu'])
  })

  it('reads results that an earlier version stored under other names', () => {
    const store = emptyStore()
    const { availability, benchmarks, ...rest } = usableResult('webgpu', 900)
    store.devices.save(machineKey(), softwareKey(), { ...rest, found: availability, rates: benchmarks } as never)
    expect(store.devices.list(machineKey(), softwareKey())).toEqual([usableResult('webgpu', 900)])
    expect(backendOrder(store, 10)[0]).toBe('webgpu')
  })

  it('is the user’s choice until they choose the fastest again; a new run records it', async () => {
    const { store } = await created(tinyConfig())
    preferBackend(store, 'cpu')
    expect(backendOrder(store, 10)).toEqual(['cpu', 'native'])
    expect(deviceReport(store, 10)).toMatchObject({
      preferred: 'cpu',
      entries: [{ backend: 'cpu', chosen: true }, { chosen: false }, {}, {}],
    })
    preferBackend(store, null)
    expect(backendOrder(store, 10)).toEqual(['native', 'cpu'])
  })

  it('reports why a backend chosen by name is not available', async ({ skip }) => {
    if ((await availability('webgpu')).usable) skip('here it can be had')
    await expect(created(tinyConfig({ backend: 'webgpu' }))).rejects.toThrow(
      /backend: webgpu cannot compute here: .*sparse-sharing devices/,
    )
  })
})

describe('diagnostics', () => {
  it('have versions, device and results, and neither the home folder nor the user', () => {
    const store = emptyStore()
    store.devices.save(machineKey(), softwareKey(), {
      ...usableResult('tensorflow', null),
      availability: {
        usable: false,
        reason: `${homedir()}/lib/libcudart.so.11.0 of ${userInfo().username} is missing`,
        remedy: null,
      },
    })
    const text = diagnostics(store)
    expect(text).toMatch(/Sparse Sharing Studio \d+\.\d+\.\d+, database version \d+/)
    expect(text).toContain(`Node ${process.versions.node}`)
    expect(text).toContain('tensorflow: not usable: ~/lib/libcudart.so.11.0 of USER is missing')
    expect(text).not.toContain(homedir())
    expect(text).not.toMatch(new RegExp(`\\b${userInfo().username}\\b`))
  })

  it('replace whole names, not parts of words', () => {
    expect(withoutNames('D:\\people\\an\\lib: an and banana', 'D:\\people\\an', 'an')).toBe('~\\lib: USER and banana')
  })
})
