/** Checks settings against the schema, against each other, and against the files they name. */
import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { configSchema } from '../../shared/settings/config.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { JOINT_METHODS } from '../../shared/settings/methods.ts'
import { removeAt, valuesAt } from '../../shared/util/nested.ts'
import { problemsOf } from './zodProblems.ts'
import type { Origin, PlacedProblem } from './zodProblems.ts'
import { suggestions, type Suggest } from './nearest.ts'
import { ConfigError } from './problems.ts'
import { filePath, nameProblem } from './filePath.ts'
import { isFile, settings } from './settings.ts'

export interface CheckedSettings {
  /** Complete, with all defaults; null if anything but its files is wrong. */
  config: ExperimentConfig | null
  problems: PlacedProblem[]
}

/** Relative paths start at baseDir; null if the folder is unknown, so that they cannot be found. */
export interface FileCheck {
  baseDir: string | null
}

type Originator = (path: string[]) => Origin

const nowhere: Originator = () => ({ where: null, kind: 'nowhere' })

/** Every problem with settings as a user gave them. `files` null: whether the files exist is not checked. */
export function checkSettings(
  input: object,
  origin: Originator = nowhere,
  files: FileCheck | null = null,
): CheckedSettings {
  const unusable = unusablePaths(input).map(({ path, message }) => ({ where: origin(path).where, message, path }))
  if (unusable.length > 0) return { config: null, problems: unusable }
  const suggest = suggestions()
  const parsed = configSchema.safeParse(input)
  const wrong = parsed.success ? [] : problemsOf(parsed.error.issues, input, origin, suggest)
  // The remaining checks run as if the wrong settings had not been given.
  const rest = parsed.success ? parsed : configSchema.safeParse(without(input, wrong))
  if (!rest.success) return { config: null, problems: wrong }
  const concerned = pathsAround(wrong)
  const apart = ({ path }: PlacedProblem) => !concerned(path)
  const relations = checkRelations(rest.data, origin, suggest).filter(apart)
  const missing = files === null ? [] : checkFiles(rest.data, files, origin).filter(apart)
  return {
    config: parsed.success && relations.length === 0 ? parsed.data : null,
    problems: [...wrong, ...relations, ...missing],
  }
}

/** Checks settings that loadConfig did not read. Throws a ConfigError with every problem. */
export function validConfig(input: object): ExperimentConfig {
  const { config, problems } = checkSettings(input)
  if (config === null) throw new ConfigError(problems)
  return config
}

/** Settings are four groups deep; anything much deeper would exhaust the stack of what reads it. */
const MAX_DEPTH = 20

/** What the schema cannot report: values nested too deeply, and entries named `__proto__`, which zod drops silently. */
function unusablePaths(input: object): { path: string[]; message: string }[] {
  const found: { path: string[]; message: string }[] = []
  const waiting: { value: unknown; path: string[] }[] = [{ value: input, path: [] }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next
    if (typeof value !== 'object' || value === null) continue
    if (path.length > MAX_DEPTH) return [{ path: path.slice(0, 1), message: `${path[0]}: nested too deeply` }]
    if (Object.hasOwn(value, '__proto__')) {
      const name = [...path, '__proto__']
      found.push({ path: name, message: `${name.join('.')}: invalid name: __proto__ is reserved` })
    } else for (const [key, inner] of Object.entries(value)) waiting.push({ value: inner, path: [...path, key] })
  }
  return found
}

function without(input: object, problems: PlacedProblem[]): object {
  const copy = structuredClone(input) as Record<string, unknown>
  for (const { path } of problems) if (path.length > 0) removeAt(copy, path)
  return copy
}

/** Whether a path is that of one of the problems, lies within it or around it. */
function pathsAround(problems: readonly PlacedProblem[]): (path: string[]) => boolean {
  const key = (path: string[]) => JSON.stringify(path)
  const prefixes = (path: string[]) => Array.from({ length: path.length + 1 }, (_, n) => key(path.slice(0, n)))
  const exact = new Set(problems.map(({ path }) => key(path)))
  const around = new Set(problems.flatMap(({ path }) => prefixes(path)))
  return (path) => around.has(key(path)) || prefixes(path).some((prefix) => exact.has(prefix))
}

/**
 * Rules between settings, which the schema of a single one cannot express. Expects a config that follows the schema.
 */
function checkRelations(config: ExperimentConfig, origin: Originator, suggest: Suggest): PlacedProblem[] {
  return [
    ...taskProblems(config, origin, suggest),
    ...ticketProblems(config, origin, suggest),
    ...extendProblems(config, origin),
    ...impProblems(config, origin),
  ]
}

function taskProblems(config: ExperimentConfig, origin: Originator, suggest: Suggest): PlacedProblem[] {
  const corpora = Object.keys(config.corpora)
  const known = new Set(corpora)
  return Object.entries(config.tasks).flatMap(([name, task]) => {
    const problems: PlacedProblem[] = []
    const report = (written: string[], key: string, message: string) =>
      problems.push({ where: origin(['tasks', name, ...written]).where, message, path: ['tasks', name, key] })
    if (task.corpus === null && corpora.length > 1)
      report([], 'corpus', `tasks.${name}.corpus is missing: there are several corpora (${listed(corpora)})`)
    // In a run that extends another, it may be a corpus of that one.
    if (task.corpus !== null && !known.has(task.corpus) && config.extend.run === null) {
      const hint = suggest(task.corpus, () => corpora) || `; available: ${listed(corpora)}`
      const message = `tasks.${name}.corpus: there is no corpus ${JSON.stringify(task.corpus)}${hint}`
      report(['corpus'], 'corpus', message)
    }
    if (task.tags === null && task.synthetic === null)
      report([], 'tags', `tasks.${name} has no tags: give tags (a column) or synthetic`)
    if (task.tags !== null && task.synthetic !== null)
      report(['synthetic'], 'synthetic', `tasks.${name} has both tags and synthetic: give one of them`)
    return problems
  })
}

/**
 * Rules of a run that takes its subnets from another. Whether that run has them can be checked only with the
 * database.
 */
function ticketProblems(
  { tickets, methods, tasks }: ExperimentConfig,
  origin: Originator,
  suggest: Suggest,
): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const report = (path: string[], message: string) => problems.push({ where: origin(path).where, message, path })
  const names = Object.keys(tasks)
  for (const task of Object.keys(tickets.rounds).filter((one) => !Object.hasOwn(tasks, one))) {
    const hint = suggest(task, () => names) || `; available: ${listed(names)}`
    report(['tickets', 'rounds', task], `tickets.rounds.${task}: there is no task ${task}${hint}`)
  }
  if (tickets.run === null) {
    if (Object.keys(tickets.rounds).length > 0)
      report(['tickets', 'rounds'], 'tickets.rounds needs tickets.run: the run that has these rounds')
    return problems
  }
  const alone = methods.filter((method) => method === 'single' || method === 'subnet')
  if (alone.length > 0)
    report(
      ['methods'],
      `methods: ${alone.join(' and ')} cannot be combined with tickets.run, which skips the search that trains their ` +
        'weights; use sparse, or sparse and hard',
    )
  else if (!methods.includes('sparse')) report(['methods'], 'methods: tickets.run needs sparse, which uses its subnets')
  return problems
}

/** Rules of a run that extends another. Whether that run can be extended can be checked only with the database. */
function extendProblems({ extend, tickets, methods, tasks }: ExperimentConfig, origin: Originator): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const report = (path: string[], message: string) => problems.push({ where: origin(path).where, message, path })
  if (extend.run === null) {
    if (extend.how === 'private')
      report(['extend', 'how'], 'extend.how: private needs extend.run: the run whose tasks stay as they are')
    if (Object.keys(extend.rounds).length > 0)
      report(['extend', 'rounds'], 'extend.rounds needs extend.run: the run that has these rounds')
    return problems
  }
  const names = Object.keys(tasks)
  if (Object.keys(extend.rounds).length > 0 && names.every((task) => Object.hasOwn(extend.rounds, task)))
    report(['tasks'], `tasks: extend.run already has ${listed(names)}; name at least one new task`)
  if (tickets.run !== null)
    report(
      ['tickets', 'run'],
      'tickets.run cannot be combined with extend.run, which uses the subnets of its own run; choose rounds with ' +
        'extend.rounds',
    )
  if (!methods.includes('sparse')) report(['methods'], 'methods: extend.run needs sparse, which uses its subnets')
  const others = JOINT_METHODS.filter((method) => method !== 'sparse' && methods.includes(method))
  if (extend.how === 'private' && others.length > 0)
    report(
      ['methods'],
      `methods: ${others.join(' and ')} cannot be combined with extend.how: private, because they train all ` +
        'tasks; use sparse, or extend.how: joint',
    )
  return problems
}

function impProblems({ imp }: ExperimentConfig, origin: Originator): PlacedProblem[] {
  if (imp.stop !== 'patience' || imp.patience !== null) return []
  const path = ['imp', 'stop']
  return [{ where: origin(path).where, message: 'imp.stop: patience needs imp.patience, a number of epochs', path }]
}

/** Problems with the files that a config names. */
function checkFiles(config: ExperimentConfig, { baseDir }: FileCheck, origin: Originator): PlacedProblem[] {
  const files = settings.filter(isFile).flatMap((setting) => valuesAt(config, setting.path)) as {
    path: string[]
    value: string | null
  }[]
  return files.flatMap(({ path, value: file }) => {
    const problem = file === null ? null : fileProblem(path, file, baseDir)
    return problem === null
      ? []
      : [{ where: origin(path).where, message: `${path.join('.')}: ${file}: ${problem}`, path }]
  })
}

function fileProblem(path: readonly string[], file: string, baseDir: string | null): string | null {
  const misnamed = nameProblem(path, file, baseDir ?? '/')
  if (misnamed !== null) return misnamed
  const full = filePath(path, file, baseDir ?? '/')
  if (baseDir === null && !isAbsolute(file) && full === resolve('/', file))
    return 'is relative to an unknown folder; give the absolute path'
  const stats = statSync(full, { throwIfNoEntry: false })
  if (stats?.isFile()) return null
  // Data files are read several times, which a pipe does not allow.
  const problem =
    stats === undefined
      ? 'there is no such file'
      : `is a ${stats.isDirectory() ? 'folder' : stats.isFIFO() ? 'pipe' : 'device'}, expected a file`
  return `${problem}${full === file ? '' : ` (looked for ${full})`}`
}

/** Names for a message, which must stay one line. */
function listed(names: readonly string[]): string {
  return names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`
}
