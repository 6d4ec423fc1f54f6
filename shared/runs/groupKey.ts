/**
 * What names a group of runs in an address: RunSummary.group for runs that differ by seed alone, or `NAME=RUN+RUN` for
 * runs that a person chose. No DOM.
 */

export interface OwnGroup {
  name: string
  runs: string[]
}

export const ownGroupKey = ({ name, runs }: OwnGroup) => `${plainName(name)}=${runs.join('+')}`

/** Null for a group of seeds. */
export function ownGroupOf(key: string): OwnGroup | null {
  const at = key.indexOf('=')
  return at < 0 ? null : { name: key.slice(0, at), runs: key.slice(at + 1).split('+') }
}

/** Without the characters that separate groups and runs in a key. */
const plainName = (name: string) =>
  name
    .replace(/[,=+/]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim() || 'Group'
