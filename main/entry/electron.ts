/** The desktop program: puts the database, the dispatcher and the window together. */
import { app, dialog } from 'electron'
import { openApi } from '../api/dispatch.ts'
import { databasePath } from '../cli/database.ts'
import { openStore } from '../store/index.ts'
import { serveIpc } from '../transport/ipc.ts'
import { electronTrainer } from './electron-trainer.ts'
import { endGently, watchTraining } from './electron-training.ts'
import { restrictSession, forbidNavigation, openWindow, showWindow } from './electron-window.ts'

function start(): void {
  const store = openStore(databasePath(undefined, process.env, process.cwd()))
  const api = openApi(store, { version: app.getVersion(), launchTrainer: electronTrainer, lookForBackends: true })
  const endIpc = serveIpc(api)
  const { mayClose } = endGently(watchTraining(api), async () => {
    await api.close()
    endIpc()
    store.close()
  })
  restrictSession()
  openWindow(api, mayClose)
  app.on('activate', () => showWindow(api, mayClose))
  app.on('second-instance', () => showWindow(api, mayClose))
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
