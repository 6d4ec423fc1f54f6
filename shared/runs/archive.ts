/** Names and results of run archives. */

export const ARCHIVE_ENDING = '.sparserun'

/** A file name for the archive of a run, the same on every system. */
export function archiveName({ id, name }: { id: string; name: string }): string {
  const words = name
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
  return `${words === '' ? 'run' : words}-${id}${ARCHIVE_ENDING}`
}

/** The result of importing an archive. */
export interface Unarchived {
  run: string
  name: string
  /** `present`: the same run was already here, and nothing was done. */
  outcome: 'imported' | 'present'
  /**
   * Files it was trained on that are not known here. Without them the run can be explored and can tag, but not resume.
   */
  missingFiles: string[]
}
