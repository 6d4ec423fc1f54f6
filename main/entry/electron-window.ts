/** The one window: it shows our own page, and the bridge is its only connection to the outside. */
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, Menu, nativeTheme, protocol, session } from 'electron'
import type { IpcServer } from '../transport/ipc.ts'
import { isOwnBlob, isOwnPage, PAGE, pageFile, SCHEME } from '../transport/page.ts'

const PRELOAD = fileURLToPath(new URL('../../dist/preload.cjs', import.meta.url))
const RENDERER = fileURLToPath(new URL('../../dist/page/', import.meta.url))
const BACKGROUND = { dark: '#15171c', light: '#f6f7f9' }

/** Call it before the app is ready: no other page can be opened, and no other window. */
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

/**
 * A packaged build has no default menu, whose items open the developer tools and reload the page. On macOS the menu
 * stays as far as editing and quitting need it: shortcuts work through it there.
 */
export function restrictMenu(): void {
  if (!app.isPackaged) return
  const menu =
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null
  Menu.setApplicationMenu(menu)
}

/**
 * Serves the page under its own scheme and blocks all other requests. Files that the page created may be saved and
 * copied.
 */
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

/** `mayClose` decides whether the user may close it now. */
export function openWindow(ipc: IpcServer, mayClose: () => boolean): BrowserWindow {
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
      devTools: !app.isPackaged,
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
  ipc.connect(window.webContents)
  void window.loadURL(PAGE)
  return window
}

/** Shows the existing window, or opens one. */
export function showWindow(ipc: IpcServer, mayClose: () => boolean): BrowserWindow {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) return openWindow(ipc, mayClose)
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
  return window
}
