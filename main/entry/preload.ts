/** Runs in the window's sandbox before its page: hands it the bridge, and nothing else of Electron. */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import type { Bridge, EventMessage, Reply } from '../../shared/protocol/api.ts'
import { CALL, EVENT } from '../transport/channels.ts'

const bridge: Bridge = {
  call: (name, args) => ipcRenderer.invoke(CALL, name, args) as Promise<Reply<unknown>>,
  listen(listener) {
    const hear = (_event: IpcRendererEvent, message: EventMessage) => listener(message)
    ipcRenderer.on(EVENT, hear)
    return () => void ipcRenderer.off(EVENT, hear)
  },
  pathOf(file) {
    try {
      // Empty for a file that is on no disk.
      return webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]) || null
    } catch {
      return null
    }
  },
}

contextBridge.exposeInMainWorld('studio', bridge)
