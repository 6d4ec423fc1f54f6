/** Collects the sentences that a reader of a corpus format finds; the first problem stops it. */
import type { TokenSink } from '../data/columns.ts'
import { InputProblem } from './inputProblem.ts'

export interface SinkSentence {
  /** Line of each token. */
  lines: number[]
  /** [tokens][columns]: the word, then the tags as requested. */
  values: string[][]
}

export class SentenceSink implements TokenSink {
  readonly problemCount = 0
  private whole: SinkSentence[] = []
  private open: SinkSentence = { lines: [], values: [] }
  private token: string[] = []

  put(column: number, value: string): void {
    this.token[column] = value
  }

  endToken(line: number): void {
    this.open.lines.push(line)
    this.open.values.push(this.token)
    this.token = []
  }

  endSentence(): void {
    if (this.open.lines.length > 0) this.whole.push(this.open)
    this.open = { lines: [], values: [] }
  }

  problem(line: number, message: string): void {
    throw new InputProblem(message, line)
  }

  fileProblem(line: number | null, message: string): void {
    throw new InputProblem(message, line)
  }

  /** The sentences since the last call. */
  take(): SinkSentence[] {
    const { whole } = this
    this.whole = []
    return whole
  }
}
