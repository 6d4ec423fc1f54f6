/**
 * Kinds of errors of spans, as MUC and SemEval-2013 (task 9.1) name them and nervaluate 0.2 counts them: a predicted
 * span is right if gold has the same span with the same type; else it is compared with the gold span of the same bounds,
 * else with the first gold span that it overlaps and that no earlier span was compared with; else it is spurious. Gold
 * spans that nothing was compared with are missed. No Node, no DOM.
 */
import { tagTable, visitSpans } from '../tags/tags.ts'
import { UNTYPED } from './labels.ts'
import type { EvaluatedSplit } from './evaluated.ts'

/** type: right bounds; boundary: right type, other bounds that overlap; both: neither, but they overlap. */
export const SPAN_ERRORS = ['type', 'boundary', 'both', 'missed', 'spurious'] as const
export const SPAN_OUTCOMES = ['right', ...SPAN_ERRORS] as const
export type SpanOutcome = (typeof SPAN_OUTCOMES)[number]

export const OUTCOME_NAMES: Record<SpanOutcome, string> = {
  right: 'right',
  type: 'wrong type',
  boundary: 'wrong boundary',
  both: 'wrong type and boundary',
  missed: 'missed',
  spurious: 'spurious',
}

export type OutcomeCounts = Record<SpanOutcome, number>

/** The counts of one label: that of the gold span, or of the predicted one where it is spurious. */
export interface LabelOutcomes extends OutcomeCounts {
  label: string
}

/** Start and end (the token after the last) of a span, and its type as an index into the types of the tags. */
interface Bounds {
  type: number
  start: number
  end: number
}

/** Calls `visit` for every gold span and every spurious span of all sentences. Null stands for the side without one. */
export function visitOutcomes(
  { tagNames, sentenceStart, gold }: EvaluatedSplit,
  predicted: Int32Array,
  visit: (outcome: SpanOutcome, gold: Bounds | null, predicted: Bounds | null, sentence: number) => void,
): string[] {
  const table = tagTable(tagNames)
  const spansIn = (ids: Int32Array, s: number) => {
    const spans: Bounds[] = []
    visitSpans(table, ids, sentenceStart[s], sentenceStart[s + 1], (type, start, end) =>
      spans.push({ type, start, end }),
    )
    return spans
  }
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    const golds = spansIn(gold, s)
    const compared = new Uint8Array(golds.length)
    // Both lists are in order and neither overlaps itself, so the first gold span that may overlap only moves forward.
    let first = 0
    for (const span of spansIn(predicted, s)) {
      while (first < golds.length && golds[first].end <= span.start) first++
      let g = first
      while (g < golds.length && golds[g].start < span.end && compared[g] === 1) g++
      if (g < golds.length && golds[g].start < span.end) {
        compared[g] = 1
        visit(outcomeOf(golds[g], span), golds[g], span, s)
      } else visit('spurious', null, span, s)
    }
    golds.forEach((span, g) => {
      if (compared[g] === 0) visit('missed', span, null, s)
    })
  }
  return table.types
}

function outcomeOf(gold: Bounds, predicted: Bounds): SpanOutcome {
  const sameBounds = gold.start === predicted.start && gold.end === predicted.end
  if (gold.type === predicted.type) return sameBounds ? 'right' : 'boundary'
  return sameBounds ? 'type' : 'both'
}

/** The outcomes of every label that occurs, by name. */
export function outcomesByLabel(evaluated: EvaluatedSplit, predicted: Int32Array): LabelOutcomes[] {
  const counts = tagTable(evaluated.tagNames).types.map(noOutcomes)
  const types = visitOutcomes(evaluated, predicted, (outcome, gold, found) => counts[(gold ?? found!).type][outcome]++)
  return counts
    .map((own, type) => ({ label: types[type] === '' ? UNTYPED : types[type], ...own }))
    .filter((own) => SPAN_OUTCOMES.some((outcome) => own[outcome] > 0))
    .toSorted((a, b) => (a.label < b.label ? -1 : 1))
}

export function noOutcomes(): OutcomeCounts {
  return { right: 0, type: 0, boundary: 0, both: 0, missed: 0, spurious: 0 }
}
