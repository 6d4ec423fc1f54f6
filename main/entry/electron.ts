/** The desktop program: one window, whose page is our own files and whose only way out is the bridge. */
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, dialog, nativeTheme, protocol, session } from 'electron'
import { openApi, type Api } from '../api/dispatch.ts'
import { databasePath } from '../cli/database.ts'
import { openStore } from '../store/index.ts'
import { forkTrainer } from '../trainer/fork.ts'
import { sendEvents, serveIpc } from '../transport/ipc.ts'
import { isOwnPage, PAGE, pageFile, SCHEME } from '../transport/page.ts'

// This file is built to out/main/; the other parts are beside it.
const PRELOAD = fileURLToPath(new URL('../preload/preload.cjs', import.meta.url))
const RENDERER = fileURLToPath(new URL('../renderer/', import.meta.url))
const BACKGROUND = { dark: '#15171c', light: '#f6f7f9' }

/** Serves the page under its own scheme, and lets the session reach nothing else. */
function closeTheDoors(): void {
  protocol.handle(SCHEME, ({ method, url }) => (isOwnPage(url) ? pageFile(RENDERER, method, new URL(url).pathname) : new Response(null, { status: 404 })))
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  defaultSession.setPermissionCheckHandler(() => false)
  defaultSession.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isOwnPage(url) && !url.startsWith('devtools:') && !url.startsWith('data:') }))
}

function openWindow(api: Api): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280, height: 800, minWidth: 480, minHeight: 360, show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: PRELOAD, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false,
      webSecurity: true, webviewTag: false, navigateOnDragDrop: false, spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  sendEvents(api, window.webContents)
  void window.loadURL(PAGE)
  return window
}

/** No page but ours, in no window but ours. */
function forbidNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

function start(): void {
  const store = openStore(databasePath(undefined, process.env, process.cwd()))
  const api = openApi(store, { version: app.getVersion(), launchTrainer: forkTrainer })
  const endIpc = serveIpc(api)
  closeTheDoors()
  openWindow(api)
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(api)
  })
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    // Once what trains has stopped at a checkpoint.
    event.preventDefault()
    endIpc()
    void api.close().finally(() => {
      store.close()
      closed = true
      app.quit()
    })
  })
}

protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }])
app.enableSandbox()
forbidNavigation()
if (!app.requestSingleInstanceLock()) app.quit()
else {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.whenReady().then(start).catch((error: Error) => {
    dialog.showErrorBox('Sparse Sharing Studio cannot start', error.message)
    app.exit(1)
  })
}
