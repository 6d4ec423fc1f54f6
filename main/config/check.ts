/** Settings against the schema, against each other, and against the files they name. */
import { existsSync, statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { configSchema } from '../../shared/settings/config.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { JOINT_METHODS } from '../../shared/settings/methods.ts'
import { removeAt, valuesAt } from '../../shared/util/nested.ts'
import { problemsOf } from './zodProblems.ts'
import type { Origin, PlacedProblem } from './zodProblems.ts'
import { didYouMean, nearest } from './nearest.ts'
import { ConfigError } from './problems.ts'
import { isFile, settings } from './settings.ts'

export interface CheckedSettings {
  /** Whole, with all defaults; null while anything is wrong with it, files apart. */
  config: ExperimentConfig | null
  problems: PlacedProblem[]
}

/** Where to look for the files: relative paths are taken from baseDir; null where no folder is known, and they cannot be. */
export interface FileCheck {
  baseDir: string | null
}

type Originator = (path: string[]) => Origin

const nowhere: Originator = () => ({ where: null, kind: 'nowhere' })

/** Everything that is wrong with settings as a user gave them. `files` null: whether the files are there is not asked. */
export function checkSettings(
  input: object,
  origin: Originator = nowhere,
  files: FileCheck | null = null,
): CheckedSettings {
  const parsed = configSchema.safeParse(input)
  const wrong = parsed.success ? [] : problemsOf(parsed.error.issues, input, origin)
  // What a wrong setting does not touch is checked all the same, as if that one were not given.
  const rest = parsed.success ? parsed : configSchema.safeParse(without(input, wrong))
  if (!rest.success) return { config: null, problems: wrong }
  const apart = ({ path }: PlacedProblem) =>
    !wrong.some((other) => isWithin(path, other.path) || isWithin(other.path, path))
  const relations = checkRelations(rest.data, origin).filter(apart)
  const missing = files === null ? [] : checkFiles(rest.data, files, origin).filter(apart)
  return {
    config: parsed.success && relations.length === 0 ? parsed.data : null,
    problems: [...wrong, ...relations, ...missing],
  }
}

/** Settings that came another way than by loadConfig, checked the same. Throws a ConfigError with every problem. */
export function validConfig(input: object): ExperimentConfig {
  const { config, problems } = checkSettings(input)
  if (config === null) throw new ConfigError(problems)
  return config
}

function without(input: object, problems: PlacedProblem[]): object {
  const copy = structuredClone(input) as Record<string, unknown>
  for (const { path } of problems) if (path.length > 0) removeAt(copy, path)
  return copy
}

function isWithin(path: string[], other: string[]): boolean {
  return other.every((part, i) => part === path[i])
}

/** What must hold between settings, and so cannot be said in the schema of one: problems of a config whose every single setting is right. */
function checkRelations(config: ExperimentConfig, origin: Originator): PlacedProblem[] {
  return [...taskProblems(config, origin), ...ticketProblems(config, origin), ...extendProblems(config, origin)]
}

function taskProblems(config: ExperimentConfig, origin: Originator): PlacedProblem[] {
  const corpora = Object.keys(config.corpora)
  return Object.entries(config.tasks).flatMap(([name, task]) => {
    const problems: PlacedProblem[] = []
    const say = (written: string[], key: string, message: string) =>
      problems.push({ where: origin(['tasks', name, ...written]).where, message, path: ['tasks', name, key] })
    if (task.corpus === null && corpora.length > 1) {
      say([], 'corpus', `tasks.${name}.corpus is missing: there are several corpora (${corpora.join(', ')})`)
    }
    // In a run that extends another, it may be a corpus of that one.
    if (task.corpus !== null && !corpora.includes(task.corpus) && config.extend.run === null) {
      say(
        ['corpus'],
        'corpus',
        `tasks.${name}.corpus: there is no corpus ${JSON.stringify(task.corpus)}${didYouMean(nearest(task.corpus, corpora)) || `; there is ${corpora.join(', ')}`}`,
      )
    }
    if (task.tags === null && task.synthetic === null)
      say([], 'tags', `tasks.${name} has no tags: give tags (a column) or synthetic`)
    if (task.tags !== null && task.synthetic !== null)
      say(['synthetic'], 'synthetic', `tasks.${name} has both tags and synthetic: give one of them`)
    return problems
  })
}

/** What a run with the subnets of another cannot do. Whether that run has them is known only where the database is. */
function ticketProblems({ tickets, methods, tasks }: ExperimentConfig, origin: Originator): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const say = (path: string[], message: string) => problems.push({ where: origin(path).where, message, path })
  const names = Object.keys(tasks)
  for (const task of Object.keys(tickets.rounds).filter((one) => !names.includes(one))) {
    say(
      ['tickets', 'rounds', task],
      `tickets.rounds.${task}: there is no task ${task}${didYouMean(nearest(task, names)) || `; there is ${names.join(', ')}`}`,
    )
  }
  if (tickets.run === null) {
    if (Object.keys(tickets.rounds).length > 0)
      say(['tickets', 'rounds'], 'tickets.rounds is given without tickets.run: name the run that has these rounds')
    return problems
  }
  const alone = methods.filter((method) => method === 'single' || method === 'subnet')
  if (alone.length > 0) {
    say(
      ['methods'],
      `methods: ${alone.join(' and ')} cannot be had with tickets.run: their weights come with the search for subnets, which such a run leaves out; give sparse, or sparse and hard`,
    )
  } else if (!methods.includes('sparse'))
    say(['methods'], 'methods lacks sparse, which alone makes use of the subnets of tickets.run')
  return problems
}

/** What a run that extends another cannot do. Whether that run can be extended is known only where the database is. */
function extendProblems({ extend, tickets, methods, tasks }: ExperimentConfig, origin: Originator): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const say = (path: string[], message: string) => problems.push({ where: origin(path).where, message, path })
  if (extend.run === null) {
    if (extend.how === 'private')
      say(['extend', 'how'], 'extend.how is private without extend.run: name the run whose tasks stay as they are')
    if (Object.keys(extend.rounds).length > 0)
      say(['extend', 'rounds'], 'extend.rounds is given without extend.run: name the run that has these rounds')
    return problems
  }
  if (Object.keys(extend.rounds).length > 0 && Object.keys(tasks).every((task) => Object.hasOwn(extend.rounds, task)))
    say(
      ['tasks'],
      `tasks: ${Object.keys(tasks).join(', ')} are there already; name at least one task that extend.run does not have`,
    )
  if (tickets.run !== null)
    say(
      ['tickets', 'run'],
      'tickets.run cannot be had with extend.run, which takes the subnets of its run itself; extend.rounds picks other rounds',
    )
  if (!methods.includes('sparse'))
    say(['methods'], 'methods lacks sparse, which alone makes use of the subnets of extend.run')
  const others = JOINT_METHODS.filter((method) => method !== 'sparse' && methods.includes(method))
  if (extend.how === 'private' && others.length > 0)
    say(
      ['methods'],
      `methods: ${others.join(' and ')} cannot be had with extend.how private: all tasks would be trained; give sparse, or extend.how joint`,
    )
  return problems
}

/** Problems with the files a config names: each must be there. */
function checkFiles(config: ExperimentConfig, { baseDir }: FileCheck, origin: Originator): PlacedProblem[] {
  const files = settings.filter(isFile).flatMap((setting) => valuesAt(config, setting.path)) as {
    path: string[]
    value: string | null
  }[]
  return files.flatMap(({ path, value: file }) => {
    const wrong = file === null ? null : faultOf(file, baseDir)
    return wrong === null ? [] : [{ where: origin(path).where, message: `${path.join('.')}: ${file}: ${wrong}`, path }]
  })
}

function faultOf(file: string, baseDir: string | null): string | null {
  if (baseDir === null && !isAbsolute(file))
    return 'is relative to a folder that is not known here; give the whole path'
  const full = resolve(baseDir ?? '', file)
  if (existsSync(full) && !statSync(full).isDirectory()) return null
  return `${existsSync(full) ? 'is a folder, expected a file' : 'there is no such file'}${full === file ? '' : ` (looked for ${full})`}`
}
