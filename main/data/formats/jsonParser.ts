/** Records of JSON as a parser of lines. */
import type { LineParser, TokenSink } from '../columns.ts'
import { JsonProblem, type JsonRecords } from '../jsonText.ts'

/** What is wrong with the JSON goes to `sink` with its line. */
export function jsonParser(records: JsonRecords, sink: TokenSink): LineParser {
  const reporting = (work: () => void) => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error
      sink.fault(error.line, error.message)
      sink.endSentence()
    }
  }
  const parse = (line: string | null, lineNumber: number) => {
    if (line === null) sink.fault(lineNumber, 'found bytes that are not UTF-8, expected UTF-8 text')
    reporting(() => records.line(line ?? '', lineNumber))
  }
  return Object.assign(parse, { separates: null, end: () => reporting(() => records.end()) })
}
