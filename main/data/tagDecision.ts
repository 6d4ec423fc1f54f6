/** Decides what a column of tags is, for training and for the import alike: labels of tokens, or spans of a scheme. */
import { looksLikeSpans, readSpans, strays, type Notation, type SpanReading } from '../../shared/tags/notation.ts'
import { detectScheme, type SchemeEvidence } from '../../shared/tags/schemes.ts'
import type { TagScheme } from '../../shared/tags/tags.ts'
import type { Column } from './columns.ts'
import { guessSpans } from './guess.ts'

/** What a person chose for a task. */
export interface TagChoice {
  kind: 'auto' | 'span' | 'token'
  scheme: 'auto' | TagScheme
}

export interface TagDecision {
  kind: 'span' | 'token'
  /** Of the tags as they are in the file; null for token labels, and where spans were chosen but no scheme fits. */
  scheme: TagScheme | null
  notation: Notation
  evidence: SchemeEvidence
  /** Whether some tags are no span tags. They are problems of their lines, which the import can leave out. */
  hasStrays: boolean
  /** Why labels of tokens look like spans all the same, see looksLikeSpans; null where they do not or it was chosen. */
  seems: string | null
}

/**
 * A few strays among span tags are errors of annotation; more of them are labels of tokens, unless a person chose spans
 * or a scheme.
 */
export function decideTags({ kind, scheme }: TagChoice, column: Column, sentenceStart: Int32Array): TagDecision {
  const guessed = kind === 'token' ? null : guessSpans(column, sentenceStart)
  const reading = guessed ?? readSpans(column.names, column.ids, sentenceStart, kind === 'span')
  if (kind === 'token') return asTokens(reading, null)
  if (kind === 'auto' && scheme === 'auto' && guessed === null)
    return asTokens(reading, looksLikeSpans(column.names, column.ids))
  const { notation, evidence } = reading
  return {
    kind: 'span',
    scheme: scheme === 'auto' ? (reading.scheme ?? detectScheme({ ...evidence, others: [] })) : scheme,
    notation,
    evidence,
    hasStrays: strays(evidence) > 0,
    seems: null,
  }
}

function asTokens({ evidence }: SpanReading, seems: string | null): TagDecision {
  return { kind: 'token', scheme: null, notation: 'standard', evidence, hasStrays: false, seems }
}
