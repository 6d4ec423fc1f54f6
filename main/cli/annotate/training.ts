/** `annotate train` and `annotate learning-curve`: training on the decisions of a project. */
import { curvePoints, FOLDS, lastGains, pooledScores, type Series } from '../../../shared/annotation/series.ts'
import type { ProjectSummary } from '../../../shared/protocol/requests/annotateResults.ts'
import { grouped } from '../../../shared/util/format.ts'
import { brief } from '../../config/brief.ts'
import type { ParsedArgs } from '../args.ts'
import { textOf, type Context } from '../command.ts'
import type { StudioRequests } from '../core.ts'
import { CommandError, UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { nextCommands } from '../program.ts'
import { table } from '../table.ts'
import { followRuns, followSeries, suggestionsOf } from './follow.ts'
import { withProject } from './project.ts'

/** Returns the exit code. Throws a CommandError where the training fails, an Error where it cannot start. */
export function trainProject(name: string, args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const folds = foldsOf(args)
  return withProject(args, context, name, async (requests, project) => {
    const { ask } = requests
    const resumes = args.options.has('resume')
    if (resumes || folds === true) {
      const series = await runSeries(requests, project, 'folds', resumes, args, context, () =>
        ask('annotate.train', { project: project.id, folds: true }),
      )
      if (series.status !== 'finished') return EXIT.stopped
      printFolds(series, args, context)
      const { training } = await ask('annotate.get', { project: project.id })
      return adopted(requests, project, training!.run, 'all sentences', args, context)
    }
    const plan = await ask('annotate.trainPlan', { project: project.id })
    if (plan.problem !== null) throw new CommandError(plan.problem)
    for (const warning of plan.warnings) io.stderr.write(`note: ${warning}\n`)
    if (plan.tooSmall && plan.foldsProblem === null && folds === null)
      io.stderr.write(`note: --folds ${FOLDS} judges every sentence once instead, by cross-validation\n`)
    const what = `${plan.train.sentences} sentences to learn from, ${plan.dev.sentences} to score with`
    const follower = followRuns(requests)
    const { run } = await ask('annotate.train', { project: project.id })
    return adopted(requests, project, run, what, args, context, follower)
  })
}

/** Follows the run whose model is to suggest, and waits for its suggestions. */
async function adopted(
  requests: StudioRequests,
  project: ProjectSummary,
  run: string,
  what: string,
  args: ParsedArgs,
  context: Context,
  follower = followRuns(requests),
): Promise<number> {
  const { store, ask } = requests
  const { io } = context
  const json = args.options.has('json')
  if (json) io.stdout.writeData(`${JSON.stringify({ type: 'run', run })}\n`)
  else io.stdout.write(`run ${run}: ${what}\n`)
  const { resumeCommand, showCommand } = nextCommands(run, args, io)
  const status = await follower.watch(run, context, json ? 'events' : 'text', () => ask('training.stop', { run }))
  if (status === 'stopped' || status === 'interrupted' || status === 'created') {
    io.stderr.write(`stopped; to resume: ${resumeCommand}\n`)
    return EXIT.stopped
  }
  if (status !== 'finished')
    throw new CommandError(store.getRun(run).message ?? `run ${run} is ${status}; see: ${showCommand}`)
  const suggested = await suggestionsOf(requests, project.id)
  if (json) io.stdout.writeData(`${JSON.stringify({ type: 'suggested', sentences: suggested })}\n`)
  else io.stdout.write(`${grouped(suggested)} open sentences have its suggestions. Details: ${showCommand}\n`)
  return EXIT.ok
}

export function drawCurve(name: string, args: ParsedArgs, context: Context): Promise<number> {
  const folds = foldsOf(args)
  return withProject(args, context, name, async (requests, project) => {
    const series = await runSeries(requests, project, 'curve', args.options.has('resume'), args, context, () =>
      requests.ask('annotate.learningCurve', { project: project.id, ...(folds === null ? {} : { folds }) }),
    )
    if (series.status !== 'finished') return EXIT.stopped
    printCurve(series, args, context)
    return EXIT.ok
  })
}

/** Starts or resumes trainings and follows them to their end. Throws a CommandError where one fails. */
async function runSeries(
  requests: StudioRequests,
  project: ProjectSummary,
  kind: Series['kind'],
  resumes: boolean,
  args: ParsedArgs,
  context: Context,
  start: () => Promise<unknown>,
): Promise<Series> {
  const { io } = context
  const follower = followSeries(requests, project.id, kind)
  if (resumes) await requests.ask('annotate.resumeSeries', { project: project.id, kind })
  else await start()
  const series = await follower.watch(context, args.options.has('json'))
  const done = series.parts.filter(({ result }) => result !== null).length
  if (series.status === 'failed')
    throw new CommandError(
      `${series.problem}\n${done} of ${series.parts.length} trainings are done and kept; to go on, pass --resume`,
    )
  if (series.status !== 'finished')
    io.stderr.write(`stopped: ${done} of ${series.parts.length} trainings are done; to go on, pass --resume\n`)
  return series
}

function printFolds(series: Series, args: ParsedArgs, { io: { stdout } }: Context): void {
  const scores = pooledScores(series.parts)
  if (args.options.has('json')) {
    const { parts: _, ...facts } = series
    return stdout.writeData(`${JSON.stringify({ type: 'folds', ...facts, scores })}\n`)
  }
  const columns = [
    { title: 'task' },
    { title: 'score' },
    { title: 'all folds', align: 'right' as const },
    { title: 'mean ± deviation over folds', align: 'right' as const },
  ]
  const rows = scores.map(({ task, kind, value, mean, deviation }) => [
    task,
    kind === 'span' ? 'F1' : 'accuracy',
    value.toFixed(1),
    `${mean.toFixed(1)} ± ${deviation!.toFixed(1)}`,
  ])
  const by = series.byDocument ? ', by whole documents' : ''
  stdout.write(
    [
      `Cross-validation of ${grouped(series.sentences)} sentences over ${series.parts.length} folds${by}; seed ${series.seed}`,
      ...table(columns, rows, { width: stdout.columns }),
      '',
    ].join('\n'),
  )
}

function printCurve(series: Series, args: ParsedArgs, { io: { stdout } }: Context): void {
  const points = curvePoints(series)
  const gains = lastGains(series)
  if (args.options.has('json')) {
    const { parts: _, ...facts } = series
    return stdout.writeData(`${JSON.stringify({ ...facts, points, gains }, null, 2)}\n`)
  }
  const right = 'right' as const
  const columns = [
    { title: 'labels', align: right },
    { title: 'sentences', align: right },
    ...points[0].scores.map(({ task, kind }) => ({
      title: `${task} ${kind === 'span' ? 'F1' : 'accuracy'}`,
      align: right,
    })),
  ]
  const rows = points.map(({ share, sentences, scores }) => [
    `${100 * share} %`,
    grouped(sentences),
    ...scores.map(
      ({ value, deviation }) => `${value.toFixed(1)}${deviation === null ? '' : ` ± ${deviation.toFixed(1)}`}`,
    ),
  ])
  const named = (task: string) => (gains.length > 1 ? `${task}: ` : '')
  stdout.write(
    [
      ...table(columns, rows, { width: stdout.columns }),
      '',
      ...gains.map(({ task, text }) => `${named(task)}${text}`),
      '',
    ].join('\n'),
  )
}

/** True for 5 folds, false for 1; null where the option is not given. Throws UsageError. */
function foldsOf(args: ParsedArgs): boolean | null {
  const text = textOf(args, 'folds')
  if (text === undefined) return null
  if (text !== '1' && text !== String(FOLDS))
    throw new UsageError(`--folds: found ${brief(text)}, expected ${FOLDS}, or 1 for a single part that scores`)
  return text !== '1'
}
