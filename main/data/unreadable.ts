/** Errors of the file system and of the reader of lines, in the words of the other messages. */

/** Throws the error again where it is none of these. */
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

/** The line of such an error, where it has one. */
export function lineOfError(error: unknown): number | null {
  const { line } = error as { line?: unknown }
  return typeof line === 'number' ? line : null
}
