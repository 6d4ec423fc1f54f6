/** What the desktop program does about trainings under way: keeps the machine awake, and asks before it ends them. */
import { app, BrowserWindow, dialog, powerSaveBlocker } from 'electron'
import type { Api } from '../api/dispatch.ts'
import type { ActiveRun } from '../../shared/protocol/requests/training.ts'

/** Follows what trains. While something does, the machine does not fall asleep by itself; its screen may. */
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

export interface Ending {
  /** Whether a window may close just now; where that would end trainings, asks first. */
  mayClose(): boolean
}

/**
 * Ends the program as the user wants it: where something trains, after asking, and once it has stopped at a checkpoint. Asked a
 * second time meanwhile, it leaves at once: everything up to the last checkpoint is safe in the database.
 */
export function endGently(training: { active(): readonly ActiveRun[] }, close: () => Promise<void>): Ending {
  let state: 'open' | 'asking' | 'ending' | 'ended' = 'open'

  async function end(): Promise<void> {
    state = 'asking'
    if (training.active().length > 0 && !(await wantsToStop(training.active()))) {
      state = 'open'
      return
    }
    state = 'ending'
    await close().catch((error: Error) => dialog.showErrorBox('Not everything came to an end', error.message))
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
      // On macOS a program goes on without a window.
      if (process.platform === 'darwin' || state === 'ended') return true
      app.quit()
      return false
    },
  }
}

async function wantsToStop(runs: readonly ActiveRun[]): Promise<boolean> {
  const options = {
    type: 'question' as const,
    buttons: ['Go on training', 'Stop at a checkpoint and quit'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
    message:
      runs.length === 1 ? `${runs[0].name} is in training.` : `${runs.length} runs are in training or waiting to be.`,
    detail: 'It can go on later from where it stops, to the same result.',
  }
  const [window] = BrowserWindow.getAllWindows()
  const { response } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options))
  if (response === 0) window?.minimize()
  return response === 1
}
