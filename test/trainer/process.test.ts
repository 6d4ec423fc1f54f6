/** A training process with its parent, and after its parent has ended. */
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { withPathsFrom } from '../../main/config/paths.ts'
import { openStore } from '../../main/store/index.ts'
import { forkTrainer } from '../../main/trainer/fork.ts'
import type { FromTrainer, ToTrainer } from '../../main/trainer/messages.ts'
import { corpusFiles, folderOf, tinyConfig } from '../support/corpus.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const PARENT = fileURLToPath(new URL('processes/parent.ts', import.meta.url))
const ENTRY = fileURLToPath(new URL('../../main/entry/trainer.ts', import.meta.url))

/** Very long: a run that ends by itself would prove nothing. */
const endless = tinyConfig({ methods: ['hard'], joint: { epochs: 100_000 } })

it.each(['running', 'paused'])(
  '%s, stops at a checkpoint and ends when the program is killed; the run can go on',
  async (state) => {
    const folder = folderOf(corpusFiles())
    const database = join(folder, 'runs.db')
    const parent = spawn(
      process.execPath,
      [PARENT, database, JSON.stringify(withPathsFrom(endless, folder, '')), state],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void parent.kill('SIGKILL'))
    await once(parent.stdout, 'data')
    const store = openStore(database)
    onTestFinished(() => store.close())
    const { id } = store.getRun('last')
    expect(store.getRun(id)).toMatchObject({ status: 'running', interrupted: false })
    parent.kill('SIGKILL')
    await vi.waitFor(
      () => expect(store.getRun(id)).toMatchObject({ status: 'stopped', interrupted: false }),
      PATIENCE_MS,
    )
    expect(store.trainings(id)).toMatchObject([
      { id: { phase: 'hard' }, state: 'running', checkpoint: { step: expect.any(Number) as number } },
    ])
  },
)

it('ignores Ctrl-C, which its parent handles, and stops at a checkpoint on SIGTERM', async () => {
  const folder = folderOf(corpusFiles())
  const database = join(folder, 'runs.db')
  const child = fork(ENTRY, { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const say = (message: ToTrainer) => child.send(message)
  let steps = 0
  child.on('message', (message: FromTrainer) => {
    if (message.type === 'ready') say({ type: 'go' })
    if (message.type === 'done') say({ type: 'end' })
    if (message.type !== 'event' || message.event.type !== 'steps') return
    steps++
    if (steps === 1) child.kill('SIGINT')
    if (steps === 4) child.kill('SIGTERM')
  })
  say({ type: 'create', database, config: withPathsFrom(endless, folder, '') })
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(steps).toBeGreaterThanOrEqual(4)
  const store = openStore(database)
  onTestFinished(() => store.close())
  expect(store.getRun('last')).toMatchObject({ status: 'stopped' })
})

it('ends by itself where it only checks data, and reports its end once', async () => {
  const folder = folderOf(corpusFiles())
  const child = forkTrainer()
  const exits = vi.fn()
  child.onExit(exits)
  child.send({ type: 'create', database: join(folder, 'runs.db'), config: withPathsFrom(endless, folder, '') })
  const ready = await new Promise((resolve) => child.onMessage(resolve))
  expect(ready).toEqual({ type: 'ready', run: expect.any(String) as string, warnings: [] })
  child.send({ type: 'stop' })
  await vi.waitFor(() => expect(exits).toHaveBeenCalledExactlyOnceWith(0), PATIENCE_MS)
  // Without a receiver this is no error.
  child.send({ type: 'go' })
  child.kill()
})

it('cannot be started by hand', async () => {
  const child = spawn(process.execPath, [ENTRY], { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(1)
  expect(errors).toContain('This process trains for the studio')
})
