/** Asks whether an uploaded file is UTF-8. */
import type { FileEncoding } from '../../shared/protocol/requests/datasets.ts'
import { ask } from './index.ts'

/** The encodings to choose from; null for a file that is UTF-8, and for one that is no text: reading it says why. */
export async function otherEncodings(file: string): Promise<FileEncoding['choices'] | null> {
  try {
    const { utf8, choices } = await ask('files.encoding', { file })
    return utf8 ? null : choices
  } catch {
    return null
  }
}
