/** Who is heard and told over Electron's IPC. Electron itself is stood in for: its binary is not everywhere. */
import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import type { WebContents } from 'electron'
import type { Api } from '../../main/api/dispatch.ts'
import type { EventMessage } from '../../shared/protocol/api.ts'

const handlers = vi.hoisted(() => new Map<string, (event: object, ...args: unknown[]) => unknown>())
vi.mock('electron', () => ({
  ipcMain: {
    handle: (channel: string, handler: never) => handlers.set(channel, handler),
    removeHandler: (channel: string) => handlers.delete(channel),
  },
}))
const { sendEvents, serveIpc } = await import('../../main/transport/ipc.ts')

const OWN = { parent: null, url: 'studio://app/index.html' }
const message: EventMessage = { name: 'changed', data: {} }

function fakeApi() {
  const listeners = new Set<(message: EventMessage) => void>()
  const call = vi.fn(async () => ({ ok: true as const, value: 1 }))
  const api: Api = {
    call,
    listen: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    close: async () => {},
  }
  return { api, call, listeners }
}

it('passes on what its own page asks, and nothing from anywhere else', async () => {
  const { api, call } = fakeApi()
  const end = serveIpc(api)
  const ask = handlers.get('studio:call')!
  expect(await ask({ senderFrame: OWN }, 'runs.list', {})).toEqual({ ok: true, value: 1 })
  await ask({ senderFrame: OWN }, { toString: () => 'runs.list' }, {})
  expect(call.mock.calls).toEqual([
    ['runs.list', {}],
    ['', {}],
  ])
  for (const senderFrame of [null, { parent: null, url: 'https://example.org/' }, { parent: OWN, url: OWN.url }]) {
    expect(() => ask({ senderFrame }, 'runs.list', {})).toThrow(/own page/)
  }
  end()
  expect(handlers.size).toBe(0)
})

it('tells a window events until it is gone, and no page it was led away to', () => {
  const { api, listeners } = fakeApi()
  const contents = Object.assign(new EventEmitter(), { isDestroyed: () => false, mainFrame: { ...OWN }, send: vi.fn() })
  sendEvents(api, contents as unknown as WebContents)
  const tell = () => listeners.forEach((listener) => listener(message))
  tell()
  expect(contents.send).toHaveBeenCalledExactlyOnceWith('studio:event', message)
  contents.mainFrame.url = 'https://example.org/'
  tell()
  expect(contents.send).toHaveBeenCalledOnce()
  contents.emit('destroyed')
  expect(listeners.size).toBe(0)
})
