/** Explains errors of the disk and of SQLite about an archive. */
import { StoreError } from '../errors.ts'

/** Runs `work`; errors of the disk and damaged content become a StoreError, other errors stay as they are. */
export function explainedFile<T>(path: string, doing: 'written' | 'read', work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code
    if (error instanceof StoreError || typeof code !== 'string') throw error
    if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code))
      throw new StoreError(
        'diskFull',
        `${path} cannot be ${doing}: there is no space left. Nothing was half written.`,
        error,
      )
    if (/^E[A-Z]+$|^SQLITE_(CANTOPEN|IOERR|READONLY)/.test(code))
      throw new StoreError(
        'io',
        `${path} cannot be ${doing}: ${REASONS[code] ?? 'the disk reported an error'} (${code}).`,
        error,
      )
    // Errors of the studio's own database are StoreErrors already: what SQLite reports here is about the archive.
    if (/^SQLITE_/.test(code) && doing === 'read')
      throw new StoreError('damaged', `${path} is damaged: its content is not that of a run (${code}).`, error)
    throw error
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  EROFS: 'the disk is read-only',
  EEXIST: 'another process is writing it',
  ENOTDIR: 'a part of its path is no folder',
}
