/** How the desktop program ends during a training. Electron is replaced by a fake, because its binary is optional. */
import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import type { EventMessage } from '../../shared/protocol/api.ts'
import type { ActiveRun, ActiveState } from '../../shared/protocol/requests/training.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const stand = vi.hoisted(() => ({
  answer: 0,
  asked: [] as string[],
  blockers: new Set<number>(),
  started: 0,
  quits: 0,
  exits: 0,
  app: null as never as EventEmitter,
}))
vi.mock('electron', () => ({
  app: {
    on: (name: string, listener: () => void) => stand.app.on(name, listener),
    quit() {
      stand.quits++
      let prevented = false
      stand.app.emit('before-quit', { preventDefault: () => (prevented = true) })
      if (!prevented) stand.app.emit('quit')
    },
    exit: () => stand.exits++,
  },
  BrowserWindow: { getAllWindows: () => [] },
  dialog: {
    showMessageBox: async ({ message }: { message: string }) => (stand.asked.push(message), { response: stand.answer }),
    showErrorBox: () => {},
  },
  powerSaveBlocker: {
    start: () => (stand.blockers.add(++stand.started), stand.started),
    stop: (id: number) => stand.blockers.delete(id),
  },
}))
const { confirmQuit, watchTraining } = await import('../../main/entry/electron-training.ts')

function studio() {
  const listeners: ((message: EventMessage) => void)[] = []
  const training = watchTraining({ listen: (listener) => (listeners.push(listener), () => {}) })
  let finish = () => {}
  const close = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
  const quit = vi.fn()
  stand.app.on('quit', quit)
  const trains = (...states: ActiveState[]) =>
    listeners.forEach((tell) =>
      tell({ name: 'active', data: states.map((state) => ({ run: state, name: `run ${state}`, state }) as ActiveRun) }),
    )
  return { ...confirmQuit(training, close), close, quit, trains, finish: () => finish() }
}

beforeEach(() => {
  Object.assign(stand, {
    answer: 0,
    asked: [],
    blockers: new Set(),
    started: 0,
    quits: 0,
    exits: 0,
    app: new EventEmitter(),
  })
})

it('keeps the machine awake during a training, with one blocker', () => {
  const { trains } = studio()
  trains('running')
  trains('running', 'queued')
  expect([...stand.blockers]).toEqual([1])
  trains('paused')
  expect([...stand.blockers]).toEqual([])
  trains('running')
  expect([...stand.blockers]).toEqual([2])
  trains()
  expect([...stand.blockers]).toEqual([])
})

it.skipIf(process.platform === 'darwin')(
  'quits without asking if nothing trains, after everything is closed',
  async () => {
    const { mayClose, close, quit, finish } = studio()
    expect(mayClose()).toBe(false)
    expect(close).toHaveBeenCalledOnce()
    expect(quit).not.toHaveBeenCalled()
    finish()
    await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce(), PATIENCE_MS)
    expect([stand.asked, mayClose()]).toEqual([[], true])
  },
)

it.skipIf(process.platform === 'darwin')(
  'asks during a training, and keeps running if the user wants that',
  async () => {
    const { mayClose, close, quit, trains, finish } = studio()
    trains('running')
    expect(mayClose()).toBe(false)
    // A second request while the question is open does not ask again.
    expect(mayClose()).toBe(false)
    await vi.waitFor(() => expect(stand.asked).toEqual(['run running is training.']), PATIENCE_MS)
    await new Promise(setImmediate)
    expect(close).not.toHaveBeenCalled()

    stand.answer = 1
    trains('running', 'queued')
    expect(mayClose()).toBe(false)
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce(), PATIENCE_MS)
    expect(stand.asked[1]).toBe('2 runs are training or queued.')
    finish()
    await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce(), PATIENCE_MS)
    expect(stand.exits).toBe(0)
  },
)

it('exits at once on a second request while trainings stop', async () => {
  const { close, trains, quit } = studio()
  trains('running')
  stand.answer = 1
  const { app } = await import('electron')
  app.quit()
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce(), PATIENCE_MS)
  app.quit()
  expect([stand.exits, quit.mock.calls.length]).toEqual([1, 0])
})
