/**
 * Label Studio text labels: a JSON array of tasks, or one task per line:
 *   {"data": {"text", …},
 *    "annotations": [{"result": [{"from_name", "to_name", "type": "labels",
 *                                 "value": {"start", "end", "text", "labels"}}], "was_cancelled", "completed_by"}],
 *    "predictions": [{"model_version", "score", "result"}]}
 * Offsets count code points since version 1.5 and UTF-16 units before; the texts given with them show which. A control
 * of the project (`from_name`) corresponds to a task of this program.
 */
import { UNIT_OF, type ToolUnit } from '../../shared/annotation/annotation.ts'
import { InputProblem } from '../tagger/inputProblem.ts'
import { isObject, labelAt, listAt, objectAt, offsetAt, textAt, type Json } from './json.ts'
import { besideOwn, markerOf, MARKER, otherFields, takeMarker } from './marker.ts'
import { addSpan } from './taskOf.ts'
import type { Annotated, CharSpan, ReadOptions, ReadRecord, Tallies, TaskKind } from './types.ts'
import { claimHolds, rulerOf, spanAt, unitThatFits, type Claim } from './units.ts'

/**
 * Which annotations are used: `only` (at most one per task is allowed), `first`, `predictions`, or those of one
 * annotator (`completed_by`).
 */
export const ANNOTATORS = ['only', 'first', 'predictions'] as const

interface Region extends Claim {
  control: string
  labels: string[]
  score: number | undefined
}

/** Throws InputProblem. */
export function readLabelStudio(given: Json, line: number, options: ReadOptions, tallies: Tallies): ReadRecord {
  const record = isObject(given.data) ? given : fromMinimal(given)
  const data = { ...objectAt(record.data, 'data') }
  const [key, text] = textOf(data)
  const marker = takeMarker(data, text)
  const work = chosenWork(record, options.annotator)
  if (typeof work === 'string') return { skipped: work }
  const regions = listAt(work.result, 'result').flatMap((entry, i) =>
    regionOf(objectAt(entry, `result[${i}]`), `result[${i}]`, tallies),
  )
  const ruler = rulerOf(
    text,
    unitThatFits(
      text,
      regions.filter((region) => region.text !== ''),
      options.offsets ?? UNIT_OF.labelstudio,
    ),
  )
  const named = marker !== null || options.tasks.size !== 1
  const spans = new Map<string, CharSpan[]>()
  for (const { start, end, text: said, control, labels, score } of regions) {
    const place = spanAt(ruler, start, end)
    const doubt =
      said === '' || place.outside !== undefined || claimHolds(text, ruler, { start, end, text: said })
        ? {}
        : { doubt: `the file says ${JSON.stringify(said)} is there` }
    for (const label of labels) {
      const own = named || options.tasks.values().next().value !== null ? control : null
      addSpan(
        spans,
        own,
        { ...place, label, ...(score === undefined ? {} : { score }), ...doubt },
        options.tasks,
        tallies,
      )
    }
  }
  const meta = { ...(record.id === undefined ? {} : { id: record.id }), ...otherFields(data, [key]) }
  return {
    document: { line, text, tokens: marker?.tokens ?? null, sentences: marker?.sentences ?? null, spans, meta },
    kinds: marker?.tasks ?? {},
  }
}

/** The name of the text field: `text`, or the only field that holds a string. */
function textOf(data: Json): [key: string, text: string] {
  if (data.text !== undefined) return ['text', textAt(data.text, 'data.text')]
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  if (texts.length !== 1)
    throw new InputProblem(
      `data: found the fields ${Object.keys(data).join(', ') || '(none)'}, ` +
        'expected a field text, or one field with a text',
    )
  return texts[0]
}

/** The annotation of a task that is used, or the reason why none is. */
function chosenWork(record: Json, annotator: string): Json | string {
  const field =
    annotator === 'predictions' ? 'predictions' : record.annotations === undefined ? 'completions' : 'annotations'
  const all = listAt(record[field], field).map((one, i) => objectAt(one, `${field}[${i}]`))
  const done = all.filter((one) => one.was_cancelled !== true)
  if (done.length === 0)
    return all.length > 0
      ? 'tasks skipped by their annotator'
      : annotator === 'predictions'
        ? 'tasks without predictions'
        : 'tasks without annotations'
  const people = done.map((one) => String(completedBy(one)))
  if (annotator === 'only' && done.length > 1)
    throw new InputProblem(
      `annotations: found ${done.length} of one task (by ${people.join(', ')}), ` +
        `expected one; --annotator first, or ${people[0]}, chooses`,
    )
  if (ANNOTATORS.some((one) => one === annotator)) return done[0]
  return done[people.indexOf(annotator)] ?? `tasks without annotations by ${annotator}`
}

/** The annotator: an id, or the user's email address in exports that include users. */
function completedBy({ completed_by: by }: Json): unknown {
  return isObject(by) ? (by.email ?? by.id) : (by ?? 'nobody')
}

/** Fields of JSON-MIN that are neither task data nor labels. */
const BOOKKEEPING = ['id', 'annotator', 'annotation_id', 'created_at', 'updated_at', 'lead_time', 'agreement']

/**
 * Converts a JSON-MIN record, which has data fields and labels by control side by side, to a task with one annotation.
 */
function fromMinimal(record: Json): Json {
  const isControl = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isObject)
  const data: Json = {}
  const result: Json[] = []
  for (const [key, value] of Object.entries(record)) {
    if (BOOKKEEPING.includes(key)) continue
    if (!isControl(value)) data[key] = value
    else for (const region of value as Json[]) result.push({ from_name: key, type: typeOf(region), value: region })
  }
  return { id: record.id, data, annotations: [{ completed_by: record.annotator, result }] }
}

function typeOf(value: Json): string {
  return Object.keys(value).find((key) => key === 'labels' || key.endsWith('labels')) ?? 'unknown'
}

/** Label types whose positions are not offsets into plain text. */
const REFUSED_TYPES: Record<string, string> = {
  hypertextlabels: 'labels of HTML, whose places are XPaths: annotate plain text with a Text tag, and export that',
  paragraphlabels: 'labels of a dialogue: annotate its paragraphs as plain text, and export that',
  timeserieslabels: 'labels of a time series',
  rectanglelabels: 'labels of an image',
}

function regionOf(result: Json, field: string, tallies: Tallies): Region[] {
  const refused = REFUSED_TYPES[String(result.type)]
  if (refused !== undefined)
    throw new InputProblem(
      `${field}: found Label Studio’s ${String(result.type)}, expected labels of text: they are ${refused}`,
    )
  if (result.type !== 'labels') {
    tallies.add(`results left out that are no labels of text (${String(result.type ?? 'without a type')})`)
    return []
  }
  const value = objectAt(result.value, `${field}.value`)
  if (typeof value.start === 'string')
    throw new InputProblem(
      `${field}: found the place ${value.start}, expected an offset: these are ${REFUSED_TYPES.hypertextlabels}`,
    )
  const labels = listAt(value.labels, `${field}.value.labels`).map((label) => labelAt(label, `${field}.value.labels`))
  if (labels.length === 0) tallies.add('regions without a label left out')
  return [
    {
      control: textAt(result.from_name, `${field}.from_name`),
      labels,
      start: offsetAt(value.start, `${field}.value.start`),
      end: offsetAt(value.end, `${field}.value.end`),
      text: typeof value.text === 'string' ? value.text : '',
      score: typeof result.score === 'number' ? result.score : undefined,
    },
  ]
}

/** With `model`, spans are written as predictions to correct; else as human annotations. */
export function writeLabelStudio(
  document: Annotated,
  tasks: ReadonlyMap<string, TaskKind>,
  unit: ToolUnit,
  model: { version: string; score: number | null } | null,
): Json {
  const { text, spans, meta } = document
  const ruler = rulerOf(text, unit)
  const result = [...spans].flatMap(([task, list]) =>
    list.map(({ start, end, label, score }, i) => ({
      id: `${task}-${i}`,
      from_name: task,
      to_name: 'text',
      type: 'labels',
      value: {
        start: ruler.fromUtf16(start, 'start'),
        end: ruler.fromUtf16(end, 'end'),
        text: text.slice(start, end),
        labels: [label],
      },
      ...(score === undefined ? {} : { score }),
    })),
  )
  const data = { text, ...besideOwn(meta, ['text', MARKER]), [MARKER]: markerOf(document, tasks, true) }
  if (model === null) return { data, annotations: [{ result }] }
  return {
    data,
    predictions: [{ model_version: model.version, ...(model.score === null ? {} : { score: model.score }), result }],
  }
}
