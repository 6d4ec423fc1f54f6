/** Converts the issues of zod to problems in our words: where, what was found, what was expected. */
import type { z } from 'zod'
import { valueAt } from '../../shared/util/nested.ts'
import { expected, found } from './expected.ts'
import { unknownSetting } from './flags.ts'
import type { Suggest } from './nearest.ts'
import type { Problem } from './problems.ts'
import { sectionAt, settingAt } from './settings.ts'

/** Where a setting was written. */
export interface Origin {
  where: string | null
  kind: 'file' | 'flag' | 'nowhere'
}

type Issue = z.core.$ZodIssue

/** A problem with the path of its setting or group. */
export type PlacedProblem = Problem & { path: string[] }

export function problemsOf(
  issues: readonly Issue[],
  input: unknown,
  origin: (path: string[]) => Origin,
  suggest: Suggest,
): PlacedProblem[] {
  const all = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownKeys(issue, origin, suggest) : [invalid(issue, input, origin)],
  )
  // One problem per setting, even if several entries of a list are wrong or a number breaks two rules.
  const first = new Map(all.map((one) => [JSON.stringify(one.path), one] as const).reverse())
  return all.filter((one) => first.get(JSON.stringify(one.path)) === one)
}

function unknownKeys(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  origin: (path: string[]) => Origin,
  suggest: Suggest,
): PlacedProblem[] {
  return issue.keys.map((key) => {
    const path = [...issue.path.map(String), key]
    return { where: origin(path).where, message: unknownSetting(path, suggest), path }
  })
}

function invalid(issue: Issue, input: unknown, origin: (path: string[]) => Origin): PlacedProblem {
  let path = issue.path.map(String)
  // The entries of a list are not settings: the problem is that of the whole list.
  while (path.length > 0 && settingAt(path) === undefined && sectionAt(path) === undefined) path = path.slice(0, -1)
  const { where, kind } = origin(path)
  return { where, message: messageOf(issue, path, valueAt(input, path), kind), path }
}

function messageOf(issue: Issue, path: string[], value: unknown, kind: Origin['kind']): string {
  const key = path.join('.')
  const setting = settingAt(path)
  if (issue.code === 'invalid_key') return `${key}: invalid name: ${issue.issues[0]?.message ?? issue.message}`
  const prefix = kind === 'flag' ? '' : `${key}: `
  if (issue.code === 'custom') return `${prefix}${value === undefined ? '' : `found ${found(value)}, `}${issue.message}`
  if (setting === undefined)
    return value === undefined ? missingSection(key) : `${key}: found ${found(value)}, expected a group of settings`
  const wanted = expected(setting, kind === 'file' ? 'null' : 'none')
  if (value === undefined) return `${key} is missing: expected ${wanted}`
  return `${prefix}found ${found(value)}, expected ${wanted}${quotesHint(value, wanted)}`
}

function missingSection(key: string): string {
  if (key === 'corpora') return 'no corpus is given: name its files under corpora, or with --train FILE'
  if (key === 'tasks') return 'no task is given: name at least one under tasks, or with --task NAME=COLUMN'
  return `${key} is missing`
}

function quotesHint(value: unknown, wanted: string): string {
  return wanted.startsWith('text') && (typeof value === 'number' || typeof value === 'boolean')
    ? ' (put it in quotes)'
    : ''
}
