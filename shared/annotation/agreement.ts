/**
 * Agreement between annotators: Cohen's κ by token, F1 of spans, Krippendorff's α for nominal data. No Node, no DOM.
 * Sources: Cohen (1960), "A coefficient of agreement for nominal scales"; Krippendorff (2011), "Computing
 * Krippendorff's alpha-reliability"; Hripcsak & Rothschild (2005) for F1 between two annotators.
 */
import type { Answer, AnswerSpan } from './project.ts'

/** Agreement on one task, over the sentences that at least two people decided. */
export interface Agreement {
  task: string
  kind: 'span' | 'token'
  annotators: string[]
  sentences: number
  tokens: number
  /** Cohen's κ by token; with more than two annotators the mean over their pairs. Null: not defined. */
  kappa: number | null
  /** F1 of spans, 0-1, between two; with more the mean over their pairs. Null for token tasks. */
  spanF1: number | null
  /** Krippendorff's α by token; null for two annotators or fewer, and where it is not defined. */
  alpha: number | null
  /** By pair of annotators. */
  pairs: { a: string; b: string; sentences: number; tokens: number; kappa: number | null; spanF1: number | null }[]
  /** `agree`: units that both of a pair labelled so; `differ`: units that only one did. Units are tokens or spans. */
  perLabel: { label: string; agree: number; differ: number; f1: number }[]
  /** Number of sentences whose answers differ. */
  differ: number
}

/**
 * Cohen's κ of two annotators' values for the same units. Null where there is no unit, or where both used one and the
 * same value throughout, because then agreement by chance is 1.
 */
export function cohensKappa(a: readonly string[], b: readonly string[]): number | null {
  if (a.length !== b.length) throw new RangeError(`found ${a.length} and ${b.length} values, expected as many`)
  if (a.length === 0) return null
  const [ofA, ofB] = [counted(a), counted(b)]
  let chance = 0
  for (const [value, count] of ofA) chance += (count / a.length) * ((ofB.get(value) ?? 0) / b.length)
  const observed = a.filter((value, i) => value === b[i]).length / a.length
  return chance === 1 ? null : (observed - chance) / (1 - chance)
}

/**
 * Krippendorff's α for nominal data. `units`: for each unit the values given, one per annotator who saw it; units with
 * fewer than two values are left out. Null where nothing can be paired, or all values are the same.
 */
export function krippendorffsAlpha(units: readonly (readonly string[])[]): number | null {
  const totals = new Map<string, number>()
  let [values, disagreed] = [0, 0]
  for (const unit of units) {
    if (unit.length < 2) continue
    const counts = counted(unit)
    values += unit.length
    let differing = 0
    for (const [value, count] of counts) {
      totals.set(value, (totals.get(value) ?? 0) + count)
      differing += count * (unit.length - count)
    }
    disagreed += differing / (unit.length - 1)
  }
  let expected = 0
  for (const count of totals.values()) expected += count * (values - count)
  // D_o = disagreed / n, D_e = expected / (n (n - 1)).
  return expected === 0 ? null : 1 - ((values - 1) * disagreed) / expected
}

/** One person's answers to one sentence of `length` words. */
export interface Decided {
  annotator: string
  answers: readonly Answer[]
}

/** Agreement on one task. `sentences`: for each sentence the latest decision of every person who decided it. */
export function agreementOn(
  { name, kind }: { name: string; kind: 'span' | 'token' },
  sentences: readonly { length: number; decided: readonly Decided[] }[],
): Agreement {
  const shared = sentences.flatMap(({ length, decided }) => {
    const values = decided.flatMap(({ annotator, answers }) => {
      const answer = answers.find(({ task }) => task === name)
      return answer === undefined ? [] : [{ annotator, answer, tags: tagsOf(answer, length) }]
    })
    return values.length < 2 ? [] : [{ length, values }]
  })
  const annotators = [...new Set(shared.flatMap(({ values }) => values.map((one) => one.annotator)))].toSorted()
  const labels = new Map<string, { agree: number; differ: number }>()
  const pairs = annotators.flatMap((a, i) => annotators.slice(i + 1).map((b) => pairOf(a, b, shared, kind, labels)))
  const units =
    annotators.length < 3
      ? []
      : shared.flatMap(({ length, values }) => Array.from({ length }, (_, t) => values.map(({ tags }) => tags[t])))
  return {
    task: name,
    kind,
    annotators,
    sentences: shared.length,
    tokens: shared.reduce((sum, { length }) => sum + length, 0),
    kappa: mean(pairs.map((pair) => pair.kappa)),
    spanF1: kind === 'token' ? null : mean(pairs.map((pair) => pair.spanF1)),
    alpha: annotators.length < 3 ? null : krippendorffsAlpha(units),
    pairs,
    perLabel: [...labels]
      .map(([label, { agree, differ }]) => ({ label, agree, differ, f1: (2 * agree) / (2 * agree + differ) }))
      .toSorted((x, y) => (x.label < y.label ? -1 : 1)),
    differ: shared.filter(({ values }) => values.some(({ tags }) => tags.join('\0') !== values[0].tags.join('\0')))
      .length,
  }
}

type Shared = { length: number; values: { annotator: string; answer: Answer; tags: string[] }[] }

function pairOf(
  a: string,
  b: string,
  shared: readonly Shared[],
  kind: 'span' | 'token',
  labels: Map<string, { agree: number; differ: number }>,
): Agreement['pairs'][number] {
  const [ofA, ofB]: [string[], string[]] = [[], []]
  let [sentences, both, one] = [0, 0, 0]
  const count = (label: string, what: 'agree' | 'differ') => {
    const counts = labels.get(label) ?? { agree: 0, differ: 0 }
    counts[what]++
    labels.set(label, counts)
  }
  for (const { values } of shared) {
    const [x, y] = [a, b].map((name) => values.find(({ annotator }) => annotator === name))
    if (x === undefined || y === undefined) continue
    sentences++
    ofA.push(...x.tags)
    ofB.push(...y.tags)
    const [unitsA, unitsB] = [unitsOf(x.answer), unitsOf(y.answer)]
    for (const [unit, label] of unitsA) {
      if (unitsB.has(unit)) both++
      else one++
      count(label, unitsB.has(unit) ? 'agree' : 'differ')
    }
    for (const [unit, label] of unitsB)
      if (!unitsA.has(unit)) {
        one++
        count(label, 'differ')
      }
  }
  return {
    a,
    b,
    sentences,
    tokens: ofA.length,
    kappa: cohensKappa(ofA, ofB),
    // Neither found a span: they agree, but F1 is not defined.
    spanF1: kind === 'token' || both + one === 0 ? null : (2 * both) / (2 * both + one),
  }
}

/** Tokens with their label, or spans with their type; by a key that is equal where both annotators agree. */
function unitsOf({ labels, spans }: Answer): Map<string, string> {
  if (spans !== null) return new Map(spans.map(({ type, from, to }) => [`${from} ${to} ${type}`, type]))
  return new Map(labels!.flatMap((label, t) => (label === null ? [] : [[`${t} ${label}`, label] as const])))
}

/** The label of each token; of span tasks its tag in IOB2, so that borders of spans count. */
function tagsOf({ labels, spans }: Answer, length: number): string[] {
  if (spans === null) return labels!.map((label) => label ?? '')
  const tags = new Array<string>(length).fill('O')
  const write = ({ type, from, to }: AnswerSpan) => {
    for (let t = from; t < to; t++) tags[t] = `${t === from ? 'B' : 'I'}-${type}`
  }
  spans.forEach(write)
  return tags
}

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length
}
