/** Converts errors of the file system and the line reader to messages for the user. */

/** The message for a read error. Rethrows any other error. */
export function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'found no such file, expected a file to read'
  if (code === 'EISDIR') return 'found a folder, expected a file to read'
  if (code === 'EACCES' || code === 'EPERM')
    return 'found a file that may not be read, expected the permission to read it'
  if (code === 'NOT_A_FILE') return 'found a pipe or a device, expected a file to read'
  if (code === 'LONG_LINE') return 'found a line of more than 64 MB, expected a line a token'
  if (code === 'NOT_TEXT' || code === 'BAD_ENCODING') return message
  if (code?.startsWith('Z_')) return `found a broken gzip file (${message}), expected a whole one`
  if (code !== undefined) return `found ${code} on reading, expected a readable file`
  throw error
}

/** The line of a read error; null if unknown. */
export function lineOfError(error: unknown): number | null {
  const { line } = error as { line?: unknown }
  return typeof line === 'number' ? line : null
}
