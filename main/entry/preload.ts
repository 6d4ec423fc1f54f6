/** Runs in the window's sandbox before its page: exposes the bridge and nothing else of Electron. */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import type { Bridge, EventMessage, Reply } from '../../shared/protocol/api.ts'
import { CALL, CANCEL, EVENT } from '../transport/channels.ts'

const bridge: Bridge = {
  call: (name, args, id) => ipcRenderer.invoke(CALL, name, args, id) as Promise<Reply<unknown>>,
  cancel: (id) => ipcRenderer.send(CANCEL, id),
  listen(listener) {
    const onEvent = (_event: IpcRendererEvent, message: EventMessage) => listener(message)
    ipcRenderer.on(EVENT, onEvent)
    return () => void ipcRenderer.off(EVENT, onEvent)
  },
  pathOf(file) {
    try {
      // Empty for a file that is not on a disk.
      return webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]) || null
    } catch {
      return null
    }
  },
}

contextBridge.exposeInMainWorld('studio', bridge)
