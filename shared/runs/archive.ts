/** How the archive of a run is called. */

export const ARCHIVE_ENDING = '.sparserun'

/** A file name for the archive of a run, the same on every system. */
export function archiveName({ id, name }: { id: string; name: string }): string {
  const words = name
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
  return `${words === '' ? 'run' : words}-${id}${ARCHIVE_ENDING}`
}

/** What became of an archive that was opened. */
export interface Unarchived {
  run: string
  name: string
  /** `present`: the run was here already, just as the archive has it, and nothing was done. */
  outcome: 'imported' | 'present'
  /** Files it was trained on that are not known here. Without them it can be explored and can tag, but not go on. */
  missingFiles: string[]
}
