/**
 * spaCy training pairs of a text and its annotations, as JSON: `["Anna was here", {"entities": [[0, 4, "PER"]]}]`. One
 * pair per line, an array of pairs, or {"classes": […], "annotations": […]}. Offsets count code points.
 */
import { InputProblem } from '../tagger/inputProblem.ts'
import { labelAt, listAt, objectAt, offsetAt, textAt, type Json } from './json.ts'
import { addSpan } from './taskOf.ts'
import type { CharSpan, ReadOptions, ReadRecord, Tallies } from './types.ts'
import { rulerOf, spanAt } from './units.ts'

/** Throws InputProblem. */
export function readSpacyPair({ pair }: Json, line: number, options: ReadOptions, tallies: Tallies): ReadRecord {
  if (pair === null) return { skipped: 'empty entries' }
  const [first, second] = Array.isArray(pair) ? (pair as unknown[]) : []
  const text = textAt(first, 'text')
  const ruler = rulerOf(text, options.offsets ?? 'codePoints')
  const spans = new Map<string, CharSpan[]>()
  listAt(objectAt(second, 'annotations').entities, 'entities').forEach((entity, i) => {
    const at = `entities[${i}]`
    if (!Array.isArray(entity) || entity.length < 3)
      throw new InputProblem(`${at}: found ${JSON.stringify(entity)}, expected [start, end, label]`)
    const [start, end, label] = entity as unknown[]
    const place = spanAt(ruler, offsetAt(start, `${at} start`), offsetAt(end, `${at} end`))
    addSpan(spans, null, { ...place, label: labelAt(label, `${at} label`) }, options.tasks, tallies)
  })
  return { document: { line, text, tokens: null, sentences: null, spans, meta: {} }, kinds: {} }
}
