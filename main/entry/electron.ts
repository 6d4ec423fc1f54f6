/** The desktop program: connects the database, the dispatcher and the window. */
import { app, dialog } from 'electron'
import { openApi } from '../api/dispatch.ts'
import { databasePath } from '../config/databasePath.ts'
import { openLog } from '../log/index.ts'
import { openStore } from '../store/index.ts'
import { serveIpc } from '../transport/ipc.ts'
import { electronTrainer } from './electron-trainer.ts'
import { confirmQuit, watchTraining } from './electron-training.ts'
import { forbidNavigation, openWindow, restrictMenu, restrictSession, showWindow } from './electron-window.ts'

function start(): void {
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
  openWindow(ipc, mayClose)
  app.on('activate', () => showWindow(ipc, mayClose))
  app.on('second-instance', () => showWindow(ipc, mayClose))
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}

forbidNavigation()
if (!app.requestSingleInstanceLock()) app.quit()
else {
  app
    .whenReady()
    .then(start)
    .catch((error: Error) => {
      dialog.showErrorBox('Sparse Sharing Studio cannot start', error.message)
      app.exit(1)
    })
}
