/** Opens an archived run (.sparserun) that a person opened in their file manager: imports it and shows the run. */
import { dialog, type BrowserWindow } from 'electron'
import type { Api } from '../api/dispatch.ts'
import type { FileRef } from '../../shared/protocol/requests/datasets.ts'
import type { Unarchived } from '../../shared/runs/archive.ts'
import { PAGE } from '../transport/page.ts'

/** Reports a problem in a dialog; nothing is imported then. */
export async function openArchive(api: Pick<Api, 'call'>, path: string, window: BrowserWindow): Promise<void> {
  try {
    const { file } = await ask<FileRef>(api, 'files.open', { path })
    const { run } = await ask<Unarchived>(api, 'runs.unarchive', { file })
    await window.loadURL(`${PAGE}#/runs/${encodeURIComponent(run)}`)
  } catch (error) {
    await dialog.showMessageBox(window, {
      type: 'error',
      message: 'This archive cannot be opened',
      detail: (error as Error).message,
    })
  }
}

async function ask<T>(api: Pick<Api, 'call'>, name: string, args: object): Promise<T> {
  const reply = await api.call(name, args)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value as T
}
