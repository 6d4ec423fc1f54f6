/** What the desktop program was started for: the window, by default, or a task on the command line. No Electron here. */
import { resolve } from 'node:path'
import { ARCHIVE_ENDING } from '../../shared/runs/archive.ts'

export type DesktopCommand =
  /** The window; with an archived run that a person opened in their file manager. */
  | { kind: 'window'; archive: string | null }
  /** `--version` */
  | { kind: 'version' }
  /** `--check`: opens the window, checks that it shows the studio, and quits; for a release. */
  | { kind: 'check' }
  /** `--cli COMMAND …`: the command line, without a window. */
  | { kind: 'cli'; argv: string[] }

/** `words` are the arguments after the program. Those that the system or Chromium adds are ignored. */
export function desktopCommand(words: readonly string[], cwd: string): DesktopCommand {
  const cli = words.indexOf('--cli')
  if (cli >= 0) return { kind: 'cli', argv: words.slice(cli + 1) }
  if (words.includes('--version')) return { kind: 'version' }
  if (words.includes('--check')) return { kind: 'check' }
  const archive = words.find((word) => word.endsWith(ARCHIVE_ENDING))
  return { kind: 'window', archive: archive === undefined ? null : resolve(cwd, archive) }
}
