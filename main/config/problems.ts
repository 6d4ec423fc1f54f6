/** Problems with settings, collected so that a user sees all of them at once. */

export interface Problem {
  /** `file.yaml:12`, `--imp.epochs`, or null if the user wrote nothing. */
  where: string | null
  /** One sentence. */
  message: string
  /** Path of the setting or group, e.g. ['imp', 'epochs']; absent if the problem concerns the whole. */
  path?: string[]
}

/** More problems than this are counted, not listed. */
const MAX_LINES = 100

/** A config file or flags that cannot be used. The message has one line per problem, up to a limit. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly code = 'badConfig'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const more = problems.length - MAX_LINES
    const shown = more > 0 ? problems.slice(0, MAX_LINES) : problems
    super([...shown.map(line), ...(more > 0 ? [`… and ${more} more problems`] : [])].join('\n'))
    this.problems = problems
  }
}

function line({ where, message }: Problem): string {
  return where === null ? message : `${where}: ${message}`
}
