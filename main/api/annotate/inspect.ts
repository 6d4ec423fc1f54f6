/** What uploaded files seem to be, before a project is created from them. */
import {
  runsRightToLeft,
  TEXT_FORMAT_TITLES,
  type InspectedText,
  type TextFormat,
} from '../../../shared/annotation/textFormats.ts'
import { plainTokeniser } from '../../data/tokens/tokeniser.ts'
import { sentencesOf } from '../../tagger/readers.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import type { Uploads } from '../datasets/uploads.ts'
import { layoutOf, readSentences, type TextRequest } from './textFile.ts'

export type Reading = Omit<TextRequest, 'path' | 'name' | 'tokeniser'>

const FIRST = 5
const NOTHING = { columns: null, column: null, fields: null, field: null, note: null }

/** Never throws for the content of a file: its problem is part of the result. */
export async function inspectFile(uploads: Uploads, file: string, reading: Reading): Promise<InspectedText> {
  return uploads.hold([file], 'read', async ([{ path, name }]) => {
    const request: TextRequest = { ...reading, path, name, tokeniser: plainTokeniser }
    try {
      const layout = await layoutOf(request)
      const counts = new Counts()
      for await (const group of readSentences(request, layout)) for (const { sentence } of group) counts.add(sentence)
      const { format, columns, column, fields, field, note } = layout
      const shown = { columns, column, fields, field, note }
      const title = TEXT_FORMAT_TITLES[format]
      return { file, name, format, title, ...shown, ...counts.result(), problem: counts.problem(name) }
    } catch (error) {
      const problem = (error as Error).message
      return { file, name, format: null, title: 'not readable as text', ...NOTHING, ...new Counts().result(), problem }
    }
  })
}

export function inspectText(text: string): InspectedText {
  const counts = new Counts()
  for (const sentence of sentencesOf(text.replace(/\r\n?/g, '\n'), 'text')) counts.add(sentence)
  const format: TextFormat = 'text'
  const name = 'pasted text'
  return {
    ...{ file: null, name, format, title: TEXT_FORMAT_TITLES[format] },
    ...NOTHING,
    ...counts.result(),
    problem: counts.problem(name),
  }
}

class Counts {
  private sentences = 0
  private tokens = 0
  private readonly first: string[] = []

  add({ words, text }: Sentence): void {
    this.sentences++
    this.tokens += words.length
    if (this.first.length < FIRST) this.first.push(text)
  }

  result() {
    const { sentences, tokens, first } = this
    return { sentences, tokens, first, rightToLeft: runsRightToLeft(first.join(' ')) }
  }

  problem(name: string): string | null {
    return this.sentences > 0 ? null : `${name}: found no sentence, expected at least one`
  }
}
