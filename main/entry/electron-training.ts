/** Running trainings in the desktop program: keeps the machine awake, and asks before stopping them. */
import { app, BrowserWindow, dialog, powerSaveBlocker } from 'electron'
import type { Api } from '../api/dispatch.ts'
import type { ActiveRun } from '../../shared/protocol/requests/training.ts'

/** Keeps the list of active runs. While one trains, the machine does not go to sleep; its screen may. */
export function watchTraining(api: Pick<Api, 'listen'>): { active(): readonly ActiveRun[] } {
  let runs: readonly ActiveRun[] = []
  let blocker: number | null = null
  api.listen((message) => {
    if (message.name !== 'active') return
    runs = message.data
    const needed = runs.some(({ state }) => state !== 'paused')
    if (needed && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (needed || blocker === null) return
    powerSaveBlocker.stop(blocker)
    blocker = null
  })
  return { active: () => runs }
}

export interface QuitGuard {
  /** Whether a window may close now; where that would stop trainings, asks first. */
  mayClose(): boolean
}

/**
 * Quits after the user has confirmed that trainings may stop, and after they have reached a checkpoint. A second quit
 * meanwhile exits at once: everything up to the last checkpoint is safe in the database.
 */
export function confirmQuit(training: { active(): readonly ActiveRun[] }, close: () => Promise<void>): QuitGuard {
  let state: 'open' | 'asking' | 'ending' | 'ended' = 'open'

  async function end(): Promise<void> {
    state = 'asking'
    if (training.active().length > 0 && !(await wantsToStop(training.active()))) {
      state = 'open'
      return
    }
    state = 'ending'
    await close().catch((error: Error) => dialog.showErrorBox('The studio could not close properly', error.message))
    state = 'ended'
    app.quit()
  }

  app.on('before-quit', (event) => {
    if (state === 'ended') return
    event.preventDefault()
    if (state === 'ending') app.exit(0)
    else if (state === 'open') void end()
  })
  return {
    mayClose() {
      // On macOS a program keeps running without a window.
      if (process.platform === 'darwin' || state === 'ended') return true
      app.quit()
      return false
    },
  }
}

async function wantsToStop(runs: readonly ActiveRun[]): Promise<boolean> {
  const options = {
    type: 'question' as const,
    buttons: ['Keep training', 'Stop at a checkpoint and quit'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
    message: runs.length === 1 ? `${runs[0].name} is training.` : `${runs.length} runs are training or queued.`,
    detail: 'It can be resumed later, with the same result.',
  }
  const [window] = BrowserWindow.getAllWindows()
  const { response } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options))
  if (response === 0) window?.minimize()
  return response === 1
}
