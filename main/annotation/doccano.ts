/**
 * doccano sequence labelling, as JSON lines: {"text", "label": [[start, end, "TAG"], …]}. Projects with relations have
 * {"text", "entities": [{"id", "label", "start_offset", "end_offset"}, …], "relations"}. Offsets count UTF-16 units, or
 * grapheme clusters if the project is set so. Other fields are the example's metadata.
 */
import { UNIT_OF, type ToolUnit } from '../../shared/annotation/annotation.ts'
import { InputProblem } from '../tagger/inputProblem.ts'
import { labelAt, listAt, objectAt, offsetAt, isObject, textAt, type Json } from './json.ts'
import { besideOwn, joinedLabel, markerOf, MARKER, otherFields, splitLabel, takeMarker } from './marker.ts'
import { addSpan } from './taskOf.ts'
import type { Annotated, CharSpan, ReadOptions, ReadRecord, Tallies, TaskKind } from './types.ts'
import { rulerOf, spanAt, type Ruler } from './units.ts'

const OWN = ['text', 'data', 'label', 'labels', 'entities', 'annotations', 'relations', MARKER]

/** Throws InputProblem. */
export function readDoccano(given: Json, line: number, options: ReadOptions, tallies: Tallies): ReadRecord {
  // Some versions put unknown fields into `meta`.
  const { meta, Comments: comments, ...rest } = given
  const record: Json = {
    ...rest,
    ...(isObject(meta) ? meta : meta === undefined ? {} : { meta }),
    ...(Array.isArray(comments) && comments.length > 0 ? { Comments: comments } : {}),
  }
  const text = textAt(record.text ?? record.data, 'text')
  const marker = takeMarker(record, text)
  const ruler = rulerOf(text, options.offsets ?? UNIT_OF.doccano)
  const spans = new Map<string, CharSpan[]>()
  for (const { label: written, ...place } of places(record, ruler)) {
    const { task: own, label } = splitLabel(written, marker)
    addSpan(spans, own, { ...place, label }, options.tasks, tallies)
  }
  tallies.add('relations left out', listAt(record.relations, 'relations').length)
  const { tokens = null, sentences = null, tasks = {} } = marker ?? {}
  return { document: { line, text, tokens, sentences, spans, meta: otherFields(record, OWN) }, kinds: tasks }
}

function places(record: Json, ruler: Ruler): CharSpan[] {
  const field =
    ['entities', 'label', 'labels', 'annotations'].find(
      (name) => record[name] !== undefined && record[name] !== null,
    ) ?? 'label'
  return listAt(record[field], field).map((entry, i) => {
    const at = `${field}[${i}]`
    if (typeof entry === 'string')
      throw new InputProblem(
        `${at}: found ${JSON.stringify(entry)}, ` +
          'expected [start, end, label]; labels of whole texts are no sequence labelling',
      )
    const [start, end, label] = Array.isArray(entry) ? (entry as unknown[]) : entityOf(objectAt(entry, at))
    return {
      ...spanAt(ruler, offsetAt(start, `${at} start`), offsetAt(end, `${at} end`)),
      label: textLabel(label, `${at} label`),
    }
  })
}

/** Before version 1.0, doccano exported label numbers instead of names. */
function textLabel(label: unknown, field: string): string {
  if (typeof label === 'number')
    throw new InputProblem(
      `${field}: found the number ${label}, expected a label: export “JSONL (Text label)” from doccano`,
    )
  return labelAt(label, field)
}

const entityOf = (entity: Json) => [entity.start_offset, entity.end_offset, entity.label]

export function writeDoccano(document: Annotated, tasks: ReadonlyMap<string, TaskKind>, unit: ToolUnit): Json {
  const { text, spans, meta } = document
  const ruler = rulerOf(text, unit)
  const labels = [...spans].flatMap(([task, list]) =>
    list.map(({ start, end, label }): [number, number, string] => [
      ruler.fromUtf16(start, 'start'),
      ruler.fromUtf16(end, 'end'),
      joinedLabel(task, label, tasks),
    ]),
  )
  return { ...besideOwn(meta, OWN), text, label: labels, [MARKER]: markerOf(document, tasks, true) }
}
