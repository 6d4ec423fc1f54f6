/** The desktop program: connects the database, the dispatcher and the window. */
import { app, dialog, type BrowserWindow } from 'electron'
import { openApi } from '../api/dispatch.ts'
import { databasePath } from '../config/databasePath.ts'
import { openLog } from '../log/index.ts'
import { openStore } from '../store/index.ts'
import { serveIpc } from '../transport/ipc.ts'
import { openArchive } from './electron-archive.ts'
import { studioIsShown } from './electron-check.ts'
import { desktopCommand, type DesktopCommand } from './electron-command.ts'
import { electronTrainer } from './electron-trainer.ts'
import { confirmQuit, watchTraining } from './electron-training.ts'
import { forbidNavigation, openWindow, restrictMenu, restrictSession, showWindow } from './electron-window.ts'

/** Archives that macOS asked for before the window was there. */
const requested: string[] = []
let open = (path: string): void => void requested.push(path)

function start(command: DesktopCommand): void {
  const database = databasePath(undefined, process.env, process.cwd())
  const log = openLog(database)
  const store = openStore(database)
  const api = openApi(store, {
    version: app.getVersion(),
    launchTrainer: electronTrainer,
    probeBackends: true,
    log,
    logTail: () => log.tail(),
  })
  const ipc = serveIpc(api)
  const { mayClose } = confirmQuit(watchTraining(api), async () => {
    await api.close()
    await ipc.dispose()
    store.close()
    await log.dispose()
  })
  restrictMenu()
  restrictSession()
  const window = openWindow(ipc, mayClose)
  if (command.kind === 'check') return void check(window)
  open = (path) => void openArchive(api, path, showWindow(ipc, mayClose))
  if (command.kind === 'window' && command.archive !== null) requested.push(command.archive)
  window.once('ready-to-show', () => requested.splice(0).forEach(open))
  app.on('activate', () => showWindow(ipc, mayClose))
  app.on('second-instance', (_event, words, cwd) => {
    const second = desktopCommand(words.slice(1), cwd)
    if (second.kind === 'window' && second.archive !== null) open(second.archive)
    else showWindow(ipc, mayClose)
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}

async function check(window: BrowserWindow): Promise<void> {
  try {
    await studioIsShown(window)
    console.log('the window shows the studio')
    app.quit()
  } catch (error) {
    console.error(`error: the window does not show the studio: ${(error as Error).message}`)
    app.exit(1)
  }
}

function openDesktop(command: DesktopCommand): void {
  forbidNavigation()
  if (!app.requestSingleInstanceLock()) return app.quit()
  app.on('open-file', (event, path) => {
    event.preventDefault()
    open(path)
  })
  app
    .whenReady()
    .then(() => start(command))
    .catch((error: Error) => {
      dialog.showErrorBox('Sparse Sharing Studio cannot start', error.message)
      app.exit(1)
    })
}

// Run from the sources, Electron's first argument is the folder of the program.
const command = desktopCommand(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd())
if (command.kind === 'version') {
  console.log(`sparse-sharing ${app.getVersion()}`)
  app.exit(0)
} else if (command.kind === 'cli') {
  const { argv } = command
  void import('./cli.ts').then(({ runCli }) => runCli(argv)).then((code) => app.exit(code))
} else openDesktop(command)
