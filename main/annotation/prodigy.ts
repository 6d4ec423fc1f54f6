/**
 * Prodigy ner and spans, as JSON lines:
 *   {"text", "tokens": [{"text", "start", "end", "id", "ws"}],
 *    "spans": [{"start", "end", "token_start", "token_end", "label"}], "answer", "meta"}
 * Offsets count code points; token_end is inclusive. Rejected and ignored records are skipped. Fields that begin with
 * an underscore are Prodigy's own bookkeeping.
 */
import { UNIT_OF, type ToolUnit } from '../../shared/annotation/annotation.ts'
import { plainTokeniser } from '../data/tokens/tokeniser.ts'
import { InputProblem } from '../tagger/inputProblem.ts'
import { isObject, labelAt, listAt, objectAt, offsetAt, textAt, type Json } from './json.ts'
import { checkedTokens, joinedLabel, markerOf, MARKER, otherFields, splitLabel, takeMarker } from './marker.ts'
import { addSpan } from './taskOf.ts'
import type { Annotated, CharSpan, ReadOptions, ReadRecord, Tallies, TaskKind } from './types.ts'
import { rulerOf, spanAt, unitThatFits, type Claim, type Ruler } from './units.ts'

const OWN = ['text', 'tokens', 'spans', 'answer', 'meta', 'relations', MARKER]

/** Throws InputProblem. */
export function readProdigy(record: Json, line: number, options: ReadOptions, tallies: Tallies): ReadRecord {
  if (record.answer === 'reject') return { skipped: 'examples rejected' }
  if (record.answer === 'ignore') return { skipped: 'examples ignored' }
  const text = textAt(record.text, 'text')
  const marker = takeMarker(record, text)
  const given = listAt(record.tokens, 'tokens').map((token, i) =>
    claimOf(objectAt(token, `tokens[${i}]`), `tokens[${i}]`),
  )
  const ruler = rulerOf(text, unitThatFits(text, given, options.offsets ?? UNIT_OF.prodigy))
  const places = given.flatMap((claim, i) => {
    const { start, end, outside } = spanAt(ruler, claim.start, claim.end)
    if (outside !== undefined)
      throw new InputProblem(
        `tokens[${i}]: found the place ${claim.start} to ${claim.end}, expected one within the text`,
      )
    return [start, end]
  })
  const spans = new Map<string, CharSpan[]>()
  for (const { label: written, ...place } of spansIn(record, ruler)) {
    const { task: own, label } = splitLabel(written, marker)
    addSpan(spans, own, { ...place, label }, options.tasks, tallies)
  }
  tallies.add('relations left out', listAt(record.relations, 'relations').length)
  const tokens = record.tokens === undefined ? (marker?.tokens ?? null) : checkedTokens(places, text, 'tokens')
  const rest = Object.fromEntries(Object.entries(otherFields(record, OWN)).filter(([key]) => !key.startsWith('_')))
  const meta = { ...rest, ...(isObject(record.meta) ? record.meta : {}) }
  return {
    document: { line, text, tokens, sentences: marker?.sentences ?? null, spans, meta },
    kinds: marker?.tasks ?? {},
  }
}

function claimOf(token: Json, field: string): Claim {
  return {
    start: offsetAt(token.start, `${field}.start`),
    end: offsetAt(token.end, `${field}.end`),
    text: textAt(token.text, `${field}.text`),
  }
}

function spansIn(record: Json, ruler: Ruler): CharSpan[] {
  return listAt(record.spans, 'spans').map((entry, i) => {
    const [at, span] = [`spans[${i}]`, objectAt(entry, `spans[${i}]`)]
    const place = spanAt(ruler, offsetAt(span.start, `${at}.start`), offsetAt(span.end, `${at}.end`))
    return {
      ...place,
      label: labelAt(span.label, `${at}.label`),
      ...(typeof span.score === 'number' ? { score: span.score } : {}),
    }
  })
}

/** With `decided`, the record is a human annotation and gets the answer "accept"; else it has no answer yet. */
export function writeProdigy(
  document: Annotated,
  tasks: ReadonlyMap<string, TaskKind>,
  unit: ToolUnit,
  decided: boolean,
): Json {
  const { text, meta } = document
  const tokens = document.tokens ?? Int32Array.from(plainTokeniser.offsets(text))
  const ruler = rulerOf(text, unit)
  const place = (start: number, end: number) => ({
    start: ruler.fromUtf16(start, 'start'),
    end: ruler.fromUtf16(end, 'end'),
  })
  const listed = Array.from({ length: tokens.length / 2 }, (_, id) => {
    const [start, end] = [tokens[2 * id], tokens[2 * id + 1]]
    return { text: text.slice(start, end), ...place(start, end), id, ws: /\s/.test(text[end] ?? '') }
  })
  const [startsAt, endsAt] = [new Map<number, number>(), new Map<number, number>()]
  listed.forEach((_, id) => (startsAt.set(tokens[2 * id], id), endsAt.set(tokens[2 * id + 1], id)))
  const spans = [...document.spans].flatMap(([task, list]) =>
    list.map(({ start, end, label, score }) => ({
      ...place(start, end),
      token_start: startsAt.get(start),
      token_end: endsAt.get(end),
      label: joinedLabel(task, label, tasks),
      ...(score === undefined ? {} : { score }),
    })),
  )
  return {
    text,
    ...(Object.keys(meta).length > 0 ? { meta } : {}),
    tokens: listed,
    spans,
    ...(decided ? { answer: 'accept' } : {}),
    [MARKER]: markerOf({ ...document, tokens }, tasks, false),
  }
}
