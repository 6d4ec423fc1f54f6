/** The one window: its page is our own files, and its only way out is the bridge. */
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, nativeTheme, protocol, session } from 'electron'
import type { Api } from '../api/dispatch.ts'
import { sendEvents } from '../transport/ipc.ts'
import { isOwnBlob, isOwnPage, PAGE, pageFile, SCHEME } from '../transport/page.ts'

const PRELOAD = fileURLToPath(new URL('../../out/preload/preload.cjs', import.meta.url))
const RENDERER = fileURLToPath(new URL('../../out/renderer/', import.meta.url))
const BACKGROUND = { dark: '#15171c', light: '#f6f7f9' }

/** Before the program is ready: no page but ours, in no window but ours. */
export function forbidNavigation(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** Serves the page under its own scheme, and lets the session reach nothing else. What the page made itself may be saved and copied. */
export function restrictSession(): void {
  protocol.handle(SCHEME, ({ method, url }) =>
    isOwnPage(url) ? pageFile(RENDERER, method, new URL(url).pathname) : new Response(null, { status: 404 }),
  )
  const { defaultSession } = session
  const permitted = (permission: string, url: string) => permission === 'clipboard-sanitized-write' && isOwnPage(url)
  defaultSession.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) =>
    decide(permitted(permission, requestingUrl)),
  )
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) =>
    permitted(permission, `${origin.replace(/\/$/, '')}/`),
  )
  defaultSession.webRequest.onBeforeRequest(({ url }, decide) =>
    decide({ cancel: !isOwnPage(url) && !isOwnBlob(url) && !url.startsWith('devtools:') && !url.startsWith('data:') }),
  )
  defaultSession.on('will-download', (event, item) => {
    if (!isOwnBlob(item.getURL())) event.preventDefault()
  })
}

/** `mayClose` is asked when the user closes it. */
export function openWindow(api: Api, mayClose: () => boolean): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 480,
    minHeight: 360,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.on('close', (event) => {
    if (!mayClose()) event.preventDefault()
  })
  sendEvents(api, window.webContents)
  void window.loadURL(PAGE)
  return window
}

/** Shows the window there is, or a new one. */
export function showWindow(api: Api, mayClose: () => boolean): void {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) return void openWindow(api, mayClose)
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
