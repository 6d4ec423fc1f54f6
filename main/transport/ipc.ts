/** Electron's IPC as a bridge: carries requests in and events out, for the window's own page alone. */
import { ipcMain, type WebContents, type WebFrameMain } from 'electron'
import type { Api } from '../api/dispatch.ts'
import { CALL, EVENT } from './channels.ts'
import { isOwnPage } from './page.ts'

/** Serves all windows there will be. Returns a function that ends it. */
export function serveIpc(api: Api): () => void {
  ipcMain.handle(CALL, (event, name: unknown, args: unknown) => {
    if (!isTrusted(event.senderFrame)) throw new Error('Requests are for the studio’s own page.')
    return api.call(typeof name === 'string' ? name : '', args)
  })
  return () => ipcMain.removeHandler(CALL)
}

/** Sends events to a window until it is gone. */
export function sendEvents(api: Api, contents: WebContents): void {
  const end = api.listen((message) => {
    if (!contents.isDestroyed() && isTrusted(contents.mainFrame)) contents.send(EVENT, message)
  })
  contents.once('destroyed', end)
}

/** The page itself, not a frame in it, and not a page it was led away to. */
function isTrusted(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwnPage(frame.url)
}
