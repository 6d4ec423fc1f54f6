/**
 * Rules that suggest labels where there is no model: word lists, regular expressions, and conditions on successive
 * words. A file of them has Prodigy's form (prodi.gy/docs/api-loaders#input-patterns): one JSON object per line, with a
 * label and a pattern, which is a string or a list of conditions as spaCy's matcher has them.
 */
import type {
  AnnotationTask,
  AnswerSpan,
  Rule,
  SuggestedTags,
  TokenCondition,
} from '../../../shared/annotation/project.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { isObject, JsonProblem, JsonRecords } from '../../data/jsonText.ts'
import { plainTokeniser } from '../../data/tokens/tokeniser.ts'
import { fileBytes, lineGroups } from '../../tagger/source.ts'
import { AnnotateError } from './errors.ts'
import { taskNamed } from './tasks.ts'

/** Whether one word fits, and all that follow. */
type Matcher = { label: string; tests: ((word: string) => boolean)[] }
/** What a task's rules find in a sentence, best first where they overlap. */
type Finder = (sentence: Sentence) => AnswerSpan[]

/** Problems that are listed one by one. */
const LISTED = 20

/**
 * Returns what the rules suggest for a sentence, null where none applies. Throws AnnotateError 'noTask', 'badRule' for a
 * rule of no task or an invalid regular expression.
 */
export function rulesSuggester(
  rules: readonly Rule[],
  tasks: readonly AnnotationTask[],
): (sentence: Sentence) => SuggestedTags[] | null {
  const finders = [...Map.groupBy(rules, ({ task }) => task)].map(([name, own]) => ({
    task: taskNamed(tasks, name),
    find: finderOf(own),
  }))
  return (sentence) => {
    const found = finders.flatMap(({ task, find }) => {
      const spans = find(sentence)
      return spans.length === 0 ? [] : [asTags(task, spans, sentence.words.length)]
    })
    return found.length === 0 ? null : found
  }
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

function tokensOf(text: string): string[] {
  const offsets = plainTokeniser.offsets(text)
  return Array.from({ length: offsets.length / 2 }, (_, t) => text.slice(offsets[2 * t], offsets[2 * t + 1]))
}

/** Throws AnnotateError 'badRule'. */
function compiled(pattern: string, flags: string): RegExp {
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

/**
 * Adds the rules of a file to those held; rules that are held already are not added again. `problems`: what is not
 * supported, by name. Throws AnnotateError 'badRule' where the file has no rule at all.
 */
export async function readPatterns(
  { path, name }: { path: string; name: string },
  task: string,
  tasks: readonly AnnotationTask[],
  held: readonly Rule[],
): Promise<{ rules: Rule[]; problems: string[] }> {
  taskNamed(tasks, task)
  const rules: Rule[] = []
  const problems: string[] = []
  let records: JsonRecords | null = null
  let lineNumber = 0
  const take = (record: unknown, line: number) => {
    try {
      rules.push(ruleOf(record, task))
    } catch (error) {
      if (!(error instanceof AnnotateError)) throw error
      problems.push(`${name}:${line}: ${error.message}`)
    }
  }
  try {
    for await (const lines of lineGroups(fileBytes(path), name)) {
      records ??= new JsonRecords(lines, take)
      for (const line of lines) records.line(line, ++lineNumber)
    }
    records?.end()
  } catch (error) {
    if (error instanceof JsonProblem) throw new AnnotateError('badRule', `${name}:${error.line}: ${error.message}`)
    throw error
  }
  if (rules.length === 0)
    throw new AnnotateError(
      'badRule',
      problems[0] ?? `${name}: found no pattern, expected lines such as {"label": "CITY", "pattern": "Kyoto"}`,
    )
  const known = new Set(held.map((rule) => JSON.stringify(rule)))
  const more = problems.length > LISTED ? [`${problems.length - LISTED} further patterns are not supported.`] : []
  return {
    rules: [...held, ...rules.filter((rule) => !known.has(JSON.stringify(rule)))],
    problems: [...problems.slice(0, LISTED), ...more],
  }
}

function ruleOf(record: unknown, task: string): Rule {
  const { label, pattern } = isObject(record) ? record : {}
  if (typeof label !== 'string' || label === '' || /\s/.test(label))
    throw new AnnotateError('badRule', 'found no label without spaces, expected {"label": …, "pattern": …}')
  if (typeof pattern === 'string') {
    const tokens = tokensOf(pattern).map((word): TokenCondition => ({ orth: [word] }))
    if (tokens.length > 0) return { task, label, tokens }
  } else if (Array.isArray(pattern) && pattern.length > 0) {
    return { task, label, tokens: pattern.map(conditionOf) }
  }
  throw new AnnotateError('badRule', `found no pattern for ${label}, expected a string or a list of words`)
}

const SUPPORTED = 'lower, orth or text, each a word, {"IN": […]} or {"REGEX": …}, and regex'

function conditionOf(condition: unknown): TokenCondition {
  if (!isObject(condition) || Object.keys(condition).length === 0)
    throw new AnnotateError('badRule', `found a word without a condition, expected ${SUPPORTED}`)
  const result: TokenCondition = {}
  for (const [key, value] of Object.entries(condition)) {
    const attribute = key.toLowerCase()
    const target = attribute === 'text' ? 'orth' : attribute
    if (target === 'regex' && typeof value === 'string') result.regex = checked(value)
    else if (target === 'orth' || target === 'lower') setWords(result, target, key, value)
    else throw new AnnotateError('badRule', `found ${key}, which is not supported here, expected ${SUPPORTED}`)
  }
  return result
}

function setWords(result: TokenCondition, target: 'orth' | 'lower', key: string, value: unknown): void {
  if (typeof value === 'string') result[target] = [value]
  else if (isObject(value) && Object.keys(value).length === 1) {
    const [[operator, operand]] = Object.entries(value)
    if (operator === 'IN' && Array.isArray(operand) && operand.every((one) => typeof one === 'string'))
      result[target] = operand
    else if (operator === 'REGEX' && typeof operand === 'string' && target === 'orth') result.regex = checked(operand)
    else
      throw new AnnotateError(
        'badRule',
        `found ${key} with ${operator}, which is not supported here, expected ${SUPPORTED}`,
      )
  } else throw new AnnotateError('badRule', `found ${key} with no word, expected ${SUPPORTED}`)
}

function checked(pattern: string): string {
  compiled(pattern, 'u')
  return pattern
}
