/** Problems of input, to be reported with file and line. */

/** What is wrong with a line. */
export class InputProblem extends Error {
  override name = 'InputProblem'
  /** Absent: the line being read; null: the file as a whole. */
  readonly line?: number | null

  constructor(message: string, line?: number | null) {
    super(message)
    if (line !== undefined) this.line = line
  }
}
