/** Electron's IPC as a bridge: requests of our own window's page in, events out. */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents, type WebFrameMain } from 'electron'
import { toDisposable, type Disposable } from '../../shared/util/disposable.ts'
import type { Api } from '../api/dispatch.ts'
import { CALL, CANCEL, EVENT } from './channels.ts'
import { isOwnPage } from './page.ts'

/** Requests under way of each of our windows, by the page's id for them. */
type Windows = Map<WebContents, Map<number, AbortController>>

export interface IpcServer extends Disposable {
  /** Lets a window send requests and receive events until it is destroyed. */
  connect(contents: WebContents): void
}

/** Serves the connected windows only: another window or frame is refused, whatever its address. */
export function serveIpc(api: Api): IpcServer {
  const windows: Windows = new Map()
  ipcMain.handle(CALL, async (event, name: unknown, args: unknown, id: unknown) => {
    const requests = requestsOf(windows, event)
    if (requests === null) throw new Error('Requests are accepted from the studio’s own page only.')
    const request = new AbortController()
    if (typeof id === 'number') requests.set(id, request)
    try {
      return await api.call(typeof name === 'string' ? name : '', args, request.signal)
    } finally {
      if (typeof id === 'number' && requests.get(id) === request) requests.delete(id)
    }
  })
  const onCancel = (event: IpcMainEvent, id: unknown) => {
    if (typeof id === 'number') requestsOf(windows, event)?.get(id)?.abort()
  }
  ipcMain.on(CANCEL, onCancel)
  return {
    connect(contents) {
      windows.set(contents, new Map())
      const abortAll = () => {
        for (const request of windows.get(contents)?.values() ?? []) request.abort()
        windows.get(contents)?.clear()
      }
      const unlisten = api.listen((message) => {
        if (!contents.isDestroyed() && isTrustedFrame(contents.mainFrame)) contents.send(EVENT, message)
      })
      // A page that is reloaded has forgotten its requests.
      contents.on('did-navigate', abortAll)
      contents.once('destroyed', () => {
        abortAll()
        windows.delete(contents)
        unlisten()
      })
    },
    dispose: toDisposable(() => {
      ipcMain.removeHandler(CALL)
      ipcMain.off(CANCEL, onCancel)
    }).dispose,
  }
}

/** Null unless the sender is the main frame of one of our windows and shows our page. */
function requestsOf(windows: Windows, event: IpcMainEvent | IpcMainInvokeEvent): Map<number, AbortController> | null {
  const { sender, senderFrame } = event
  const requests = windows.get(sender)
  return requests !== undefined && senderFrame === sender.mainFrame && isTrustedFrame(senderFrame) ? requests : null
}

/** The page itself, not a frame in it, and not a page that it was navigated to. */
function isTrustedFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwnPage(frame.url)
}
