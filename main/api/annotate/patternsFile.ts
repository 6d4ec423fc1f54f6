/**
 * Reads a file of rules in Prodigy's form (prodi.gy/docs/api-loaders#input-patterns): one JSON object per line, with a
 * label and a pattern, which is a string or a list of conditions as spaCy's matcher has them.
 */
import type { AnnotationTask, Rule, TokenCondition } from '../../../shared/annotation/project.ts'
import { isObject, JsonProblem, JsonRecords } from '../../data/jsonText.ts'
import { fileBytes, lineGroups } from '../../tagger/source.ts'
import { AnnotateError } from './errors.ts'
import { compiled, tokensOf } from './rules.ts'
import { taskNamed } from './tasks.ts'

/** Problems that are listed one by one. */
const LISTED = 20

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
