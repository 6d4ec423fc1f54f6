/**
 * Rules that suggest labels where there is no model: word lists, regular expressions, and conditions on successive
 * words.
 */
import type {
  AnnotationTask,
  AnswerSpan,
  Rule,
  SuggestedTags,
  TokenCondition,
} from '../../../shared/annotation/project.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { plainTokeniser } from '../../data/tokens/tokeniser.ts'
import { AnnotateError } from './errors.ts'
import { taskNamed } from './tasks.ts'
import { within } from './timeLimit.ts'

/** Whether one word fits, and all that follow. */
type Matcher = { label: string; tests: ((word: string) => boolean)[] }
/** What a task's rules find in a sentence, best first where they overlap. */
type Finder = (sentence: Sentence) => AnswerSpan[]

/** Sentences that are looked at together, and the milliseconds that they, or one of them alone, may take. */
const GROUP = 500
const LIMIT = 1000

/**
 * Returns what the rules suggest for each sentence, null where none applies. Throws AnnotateError 'noTask', 'badRule' for
 * a rule of no task or an invalid regular expression; the function returned throws 'badRule' for a regular expression
 * that takes too long.
 */
export function rulesSuggester(
  rules: readonly Rule[],
  tasks: readonly AnnotationTask[],
): (sentences: readonly Sentence[]) => (SuggestedTags[] | null)[] {
  const finders = [...Map.groupBy(rules, ({ task }) => task)].map(([name, own]) => ({
    task: taskNamed(tasks, name),
    find: finderOf(own),
  }))
  const suggest = (sentence: Sentence): SuggestedTags[] | null => {
    const found = finders.flatMap(({ task, find }) => {
      const spans = find(sentence)
      return spans.length === 0 ? [] : [asTags(task, spans, sentence.words.length)]
    })
    return found.length === 0 ? null : found
  }
  return (sentences) => {
    const all: (SuggestedTags[] | null)[] = []
    for (let from = 0; from < sentences.length; from += GROUP) {
      const group = sentences.slice(from, from + GROUP)
      // One by one only to name the rule and the sentence: a limit costs a fraction of a millisecond.
      all.push(
        ...(within(LIMIT, () => group.map(suggest))?.value ?? group.map((one) => suggestAlone(one, rules, suggest))),
      )
    }
    return all
  }
}

/** Throws AnnotateError 'badRule' that names the rule which takes too long. */
function suggestAlone(
  sentence: Sentence,
  rules: readonly Rule[],
  suggest: (sentence: Sentence) => SuggestedTags[] | null,
): SuggestedTags[] | null {
  const found = within(LIMIT, () => suggest(sentence))
  if (found !== null) return found.value
  const slow = rules.find((rule) => within(LIMIT, () => finderOf([rule])(sentence)) === null)
  const pattern = slow === undefined ? 'the rules' : patternOf(slow)
  const text = sentence.text.length > 60 ? `${sentence.text.slice(0, 60)}…` : sentence.text
  throw new AnnotateError(
    'badRule',
    `${pattern}: takes longer than ${LIMIT / 1000} s on the sentence “${text}”, expected a regular expression without ` +
      'repetition inside repetition such as (a+)+.',
  )
}

function patternOf(rule: Rule): string {
  if ('pattern' in rule) return rule.pattern
  return 'tokens' in rule ? rule.tokens.flatMap(({ regex }) => regex ?? []).join(' ') : rule.words.join(', ')
}

function asTags({ name, kind }: AnnotationTask, spans: readonly AnswerSpan[], length: number): SuggestedTags {
  const tags = new Array<string | null>(length).fill(kind === 'span' ? 'O' : null)
  for (const { type, from, to } of spans)
    for (let t = from; t < to; t++)
      tags[t] = kind === 'token' ? type : (t === from ? 'B' : 'I') + (type === '' ? '' : `-${type}`)
  return {
    task: name,
    tags,
    confidence: null,
    spans: kind === 'span' ? spans.map((span) => ({ ...span, confidence: null })) : null,
  }
}

/** The longest match wins, then the first; of equal ones the earlier rule. */
function finderOf(rules: readonly Rule[]): Finder {
  const { byFirst, others } = matchersOf(rules)
  const patterns = rules.flatMap((rule) =>
    'pattern' in rule ? [{ label: rule.label, regex: compiled(rule.pattern, 'gu') }] : [],
  )
  return (sentence) => {
    const { words } = sentence
    const found: AnswerSpan[] = []
    words.forEach((word, from) => {
      for (const { label, tests } of [...(byFirst.get(word.toLowerCase()) ?? []), ...others])
        if (from + tests.length <= words.length && tests.every((fits, i) => fits(words[from + i])))
          found.push({ type: label, from, to: from + tests.length })
    })
    for (const { label, regex } of patterns) found.push(...matchesOf(regex, label, sentence))
    const taken = new Array<boolean>(words.length).fill(false)
    return found
      .map((span, order) => ({ span, order }))
      .toSorted(
        (a, b) => b.span.to - b.span.from - (a.span.to - a.span.from) || a.span.from - b.span.from || a.order - b.order,
      )
      .flatMap(({ span }) => {
        for (let t = span.from; t < span.to; t++) if (taken[t]) return []
        taken.fill(true, span.from, span.to)
        return [span]
      })
      .toSorted((a, b) => a.from - b.from)
  }
}

/** Matchers by the first word in lower case, where it is known: most rules are not looked at for most words. */
function matchersOf(rules: readonly Rule[]): { byFirst: Map<string, Matcher[]>; others: Matcher[] } {
  const byFirst = new Map<string, Matcher[]>()
  const others: Matcher[] = []
  const put = (firsts: readonly string[] | null, matcher: Matcher) => {
    if (firsts === null) return others.push(matcher)
    for (const first of new Set(firsts)) byFirst.set(first, [...(byFirst.get(first) ?? []), matcher])
  }
  for (const rule of rules) {
    const { label } = rule
    if ('words' in rule)
      for (const entry of rule.words) {
        const parts = tokensOf(entry)
        const anyCase = entry === entry.toLowerCase()
        const tests = parts.map((part) => (word: string) => (anyCase ? word.toLowerCase() : word) === part)
        if (parts.length > 0) put([parts[0].toLowerCase()], { label, tests })
      }
    else if ('tokens' in rule) {
      const [{ orth, lower }] = rule.tokens
      const firsts = (lower ?? orth)?.map((word) => word.toLowerCase()) ?? null
      put(firsts, { label, tests: rule.tokens.map(testOf) })
    }
  }
  return { byFirst, others }
}

function testOf({ orth, lower, regex }: TokenCondition): (word: string) => boolean {
  const exact = orth && new Set(orth)
  const folded = lower && new Set(lower.map((word) => word.toLowerCase()))
  const pattern = regex === undefined ? null : compiled(regex, 'u')
  return (word) =>
    (exact?.has(word) ?? true) && (folded?.has(word.toLowerCase()) ?? true) && (pattern?.test(word) ?? true)
}

export function tokensOf(text: string): string[] {
  const offsets = plainTokeniser.offsets(text)
  return Array.from({ length: offsets.length / 2 }, (_, t) => text.slice(offsets[2 * t], offsets[2 * t + 1]))
}

/** Throws AnnotateError 'badRule'. */
export function compiled(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags)
  } catch (error) {
    throw new AnnotateError('badRule', `${pattern}: ${(error as Error).message}, expected a regular expression.`)
  }
}

/** Matches that begin and end with words. */
function matchesOf(regex: RegExp, label: string, { text, offsets, words }: Sentence): AnswerSpan[] {
  const spans: AnswerSpan[] = []
  for (const match of text.matchAll(regex)) {
    if (match[0] === '') continue
    const [start, end] = [match.index, match.index + match[0].length]
    let [from, to] = [-1, -1]
    for (let t = 0; t < words.length; t++) {
      if (offsets[2 * t] === start) from = t
      if (offsets[2 * t + 1] === end) to = t + 1
    }
    if (from >= 0 && to > from) spans.push({ type: label, from, to })
  }
  return spans
}
