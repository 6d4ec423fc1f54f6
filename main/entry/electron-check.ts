/** `--check`: whether the packaged program can show the studio. */
import type { BrowserWindow } from 'electron'

const TIMEOUT_MS = 60_000

/** Resolves once the page has drawn the studio. Rejects with the reason if it cannot be loaded, or takes a minute. */
export function studioIsShown(window: BrowserWindow): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing was drawn in ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS)
    const { webContents } = window
    webContents.once('did-fail-load', (_event, _code, description) => reject(new Error(description)))
    webContents.once('render-process-gone', (_event, { reason }) => reject(new Error(`the page ended: ${reason}`)))
    webContents.once('did-finish-load', () => {
      const drawn = `new Promise((resolve) => {
        const look = () => (document.querySelector('#app > *') ? resolve(true) : requestAnimationFrame(look))
        look()
      })`
      webContents.executeJavaScript(drawn).then(
        () => {
          clearTimeout(timer)
          resolve()
        },
        (error: unknown) => reject(error as Error),
      )
    })
  })
}
