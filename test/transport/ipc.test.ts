/** Who may send requests and receive events over Electron's IPC. Electron is mocked: its binary is not available everywhere. */
import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import type { WebContents } from 'electron'
import type { Api } from '../../main/api/dispatch.ts'
import type { EventMessage } from '../../shared/protocol/api.ts'

const electron = vi.hoisted(() => ({
  handlers: new Map<string, (event: object, ...args: unknown[]) => unknown>(),
  listeners: new Map<string, (event: object, ...args: unknown[]) => void>(),
}))
vi.mock('electron', () => ({
  ipcMain: {
    handle: (channel: string, handler: never) => electron.handlers.set(channel, handler),
    removeHandler: (channel: string) => electron.handlers.delete(channel),
    on: (channel: string, listener: never) => electron.listeners.set(channel, listener),
    off: (channel: string) => electron.listeners.delete(channel),
  },
}))
const { serveIpc } = await import('../../main/transport/ipc.ts')

const OWN = 'studio://app/index.html'
const message: EventMessage = { name: 'changed', data: {} }

function fakeApi() {
  const listeners = new Set<(message: EventMessage) => void>()
  const call = vi.fn<Api['call']>(async () => ({ ok: true as const, value: 1 }))
  const api: Api = {
    call,
    listen: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    close: async () => {},
  }
  return { api, call, listeners }
}

function fakeWindow(url = OWN) {
  const mainFrame = { parent: null as object | null, url }
  return Object.assign(new EventEmitter(), { isDestroyed: () => false, mainFrame, send: vi.fn() })
}

const asContents = (window: ReturnType<typeof fakeWindow>) => window as unknown as WebContents
const eventOf = (window: ReturnType<typeof fakeWindow>) => ({ sender: window, senderFrame: window.mainFrame })

it('accepts requests of a connected window’s page, and refuses every other sender', async () => {
  const { api, call } = fakeApi()
  const server = serveIpc(api)
  const window = fakeWindow()
  server.connect(asContents(window))
  const ask = electron.handlers.get('studio:call')!
  expect(await ask(eventOf(window), 'runs.list', {})).toEqual({ ok: true, value: 1 })
  await ask(eventOf(window), { toString: () => 'runs.list' }, {})
  expect(call.mock.calls.map(([name, args]) => [name, args])).toEqual([
    ['runs.list', {}],
    ['', {}],
  ])
  // Our own address in a window that is not ours.
  const stranger = fakeWindow()
  const frameInside = { sender: window, senderFrame: { parent: window.mainFrame, url: OWN } }
  const elsewhere = fakeWindow('https://example.org/')
  server.connect(asContents(elsewhere))
  for (const event of [eventOf(stranger), frameInside, { sender: window, senderFrame: null }, eventOf(elsewhere)])
    await expect(ask(event, 'runs.list', {})).rejects.toThrow(/own page/)
  expect(call).toHaveBeenCalledTimes(2)
  await server.dispose()
  expect([electron.handlers.size, electron.listeners.size]).toEqual([0, 0])
})

it('cancels a request by its id, and all requests of a window that navigates or is destroyed', async () => {
  const { api, call } = fakeApi()
  const signals: AbortSignal[] = []
  call.mockImplementation((_name, _args, signal) => {
    signals.push(signal!)
    return new Promise(() => {})
  })
  const server = serveIpc(api)
  const window = fakeWindow()
  server.connect(asContents(window))
  const ask = electron.handlers.get('studio:call')!
  for (const id of [1, 2]) void ask(eventOf(window), 'training.estimate', {}, id)
  electron.listeners.get('studio:cancel')!(eventOf(fakeWindow()), 1)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  electron.listeners.get('studio:cancel')!(eventOf(window), 1)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  window.emit('destroyed')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  await server.dispose()
})

it('sends events to a window until it is destroyed, and not to a page that it navigated to', () => {
  const { api, listeners } = fakeApi()
  const window = fakeWindow()
  const server = serveIpc(api)
  server.connect(asContents(window))
  const notify = () => listeners.forEach((listener) => listener(message))
  notify()
  expect(window.send).toHaveBeenCalledExactlyOnceWith('studio:event', message)
  window.mainFrame.url = 'https://example.org/'
  notify()
  expect(window.send).toHaveBeenCalledOnce()
  window.emit('destroyed')
  expect(listeners.size).toBe(0)
})
