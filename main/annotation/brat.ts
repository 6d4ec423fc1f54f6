/**
 * Reads brat annotations (brat.nlplab.org/standoff.html): `T1<tab>PER 0 4<tab>Anna` in an .ann file, with the text in
 * the .txt file of the same name. Offsets count code points. Discontinuous spans are reported; relations, events,
 * attributes and notes are left out and counted.
 */
import { existsSync, readFileSync } from 'node:fs'
import { InputProblem } from '../tagger/inputProblem.ts'
import { addSpan, UNNAMED } from './taskOf.ts'
import { Tallies, type Annotated, type CharSpan, type Corpus, type ReadOptions } from './types.ts'
import { claimHolds, rulerOf, spanAt } from './units.ts'

const ENTITY = /^T\d+\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)$/
const OTHERS: Record<string, string> = {
  R: 'relations',
  E: 'events',
  A: 'attributes',
  M: 'attributes',
  N: 'normalizations',
  '#': 'notes',
  '*': 'equivalences',
}

interface Entity {
  line: number
  label: string
  pieces: [number, number][]
  said: string
}

export class BratReader {
  private readonly options: ReadOptions
  private readonly tallies = new Tallies()
  private readonly entities: Entity[] = []

  constructor(options: ReadOptions) {
    this.options = options
  }

  /** Throws InputProblem. */
  line(raw: string, lineNumber: number): void {
    const line = raw.replace(/\r$/, '')
    if (line.trim() === '') return
    const other = OTHERS[line[0]]
    if (other !== undefined) return this.tallies.add(`${other} left out`)
    const [, label, places, said] = ENTITY.exec(line) ?? []
    if (label === undefined)
      throw new InputProblem(
        `found ${JSON.stringify(line.slice(0, 60))}, ` +
          'expected an entity like T1, its type, its place and its text, apart by tabs',
      )
    const pieces = places.split(';').map((piece): [number, number] => {
      const [start, end] = piece.split(' ').map(Number)
      return [start, end]
    })
    this.entities.push({ line: lineNumber, label, pieces, said })
  }

  /** Throws InputProblem. */
  end(): Corpus {
    const text = this.text()
    const ruler = rulerOf(text, this.options.offsets ?? 'codePoints')
    const spans = new Map<string, CharSpan[]>()
    for (const { label, pieces, said } of this.entities) {
      const [start, end] = [pieces[0][0], pieces.at(-1)![1]]
      const place = spanAt(ruler, start, end)
      const inPieces = pieces.length > 1 ? { doubt: `is in ${pieces.length} pieces` } : {}
      const holds =
        place.outside !== undefined || pieces.length > 1 || claimHolds(text, ruler, { start, end, text: said })
      const doubt = holds ? {} : { doubt: `the file says ${JSON.stringify(said)} is there` }
      addSpan(spans, null, { ...place, label, ...inPieces, ...doubt }, this.options.tasks, this.tallies)
    }
    const { tasks, kinds, name: file } = this.options
    const names = tasks.size > 0 ? [...tasks.keys()] : [...spans.keys()]
    const chosen = names.length > 0 ? names : [UNNAMED]
    const document: Annotated = {
      line: 1,
      text,
      tokens: null,
      sentences: null,
      spans: new Map(chosen.map((name) => [name, spans.get(name) ?? []])),
      meta: {},
    }
    return {
      file,
      format: 'brat',
      tasks: new Map(chosen.map((name) => [name, kinds.get(name) ?? 'span'])),
      columns: new Map(),
      documents: [document],
      predicted: false,
      notes: this.tallies.lines(),
    }
  }

  private text(): string {
    const { path, textPath } = this.options
    if (textPath !== undefined) return this.decoded(textPath)
    if (path === null)
      throw new InputProblem(
        'found brat’s annotations on standard input, expected the .ann file, its .txt beside it',
        null,
      )
    const beside = path.replace(/\.ann$/i, '.txt')
    if (beside !== path && existsSync(beside)) return this.decoded(beside)
    throw new InputProblem('found brat’s annotations and no text, expected the .txt file beside the .ann file', null)
  }

  private decoded(path: string): string {
    const encoding = this.options.encoding ?? 'utf-8'
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(readFileSync(path))
    } catch (error) {
      const reason = error instanceof TypeError ? `that is not ${encoding}` : `that cannot be read (${String(error)})`
      throw new InputProblem(`found a text of the annotations ${reason}`, null)
    }
  }
}
