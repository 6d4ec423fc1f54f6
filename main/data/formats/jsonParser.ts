/** Adapts JSON records to a line parser. */
import type { LineParser, TokenSink } from '../columns.ts'
import { JsonProblem, type JsonRecords } from '../jsonText.ts'

/** Reports invalid JSON to `sink` with its line. */
export function jsonParser(records: JsonRecords, sink: TokenSink): LineParser {
  const reporting = (work: () => void) => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error
      sink.problem(error.line, error.message)
      sink.endSentence()
    }
  }
  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) sink.problem(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    reporting(() => records.line(line ?? '', lineNumber))
  }
  return Object.assign(parse, { separates: null, end: () => reporting(() => records.end()) })
}
