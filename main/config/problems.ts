/** Problems found in settings, collected so that a user sees all of them at once. */

export interface Problem {
  /** `file.yaml:12`, `--imp.epochs`, or null where nothing was written at all. */
  where: string | null
  /** What is wrong, in one sentence. */
  message: string
  /** Of the setting or group it is wrong with, e.g. ['imp', 'epochs']; left out where it is of the whole. */
  path?: string[]
}

/** Settings that cannot be used: a wrong file or wrong flags. Its message has one line per problem. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly code = 'badConfig'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(line).join('\n'))
    this.problems = problems
  }
}

function line({ where, message }: Problem): string {
  return where === null ? message : `${where}: ${message}`
}
