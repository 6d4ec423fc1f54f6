/** `annotate import` and `annotate agreement`: the decisions of several people. */
import { resolve } from 'node:path'
import { agreementOn, type Agreement } from '../../../shared/annotation/agreement.ts'
import { answerWords, type AnnotationTask, type Answer } from '../../../shared/annotation/project.ts'
import { grouped } from '../../../shared/util/format.ts'
import type { Store } from '../../store/types.ts'
import type { ParsedArgs } from '../args.ts'
import { manyOf } from '../choices.ts'
import { textOf, type Context } from '../command.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { requireStore, withStoreToRead } from '../stores.ts'
import { table } from '../table.ts'
import { projectNamed, withProject } from './project.ts'

/** The problems of a file that are printed; the others are counted. */
const SHOWN = 20

/** Throws UsageError, and an Error with file and line; then nothing is imported. */
export function importFile(name: string, file: string, args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const columns = manyOf(args, 'task').map((text) => {
    const [task, where] = text.split(/=(.*)/s)
    if (!where) throw new UsageError(`--task: found ${text}, expected NAME=COLUMN or NAME=LABEL,LABEL`)
    return [task, where.split(',')] as const
  })
  return withProject(args, context, name, async ({ ask }, project) => {
    const annotator = textOf(args, 'as')
    const { file: opened } = await ask('files.open', { path: resolve(io.cwd, file) })
    const { matched, missing, problems, ...by } = await ask('annotate.importDecisions', {
      project: project.id,
      file: opened,
      encoding: textOf(args, 'encoding') ?? null,
      ...(annotator === undefined ? {} : { annotator }),
      ...(columns.length === 0 ? {} : { tasks: Object.fromEntries(columns) }),
    })
    for (const problem of problems.slice(0, SHOWN)) io.stderr.write(`note: ${problem}\n`)
    if (problems.length > SHOWN) io.stderr.write(`note: ${problems.length - SHOWN} more\n`)
    const others = missing === 0 ? '' : `; ${grouped(missing)} sentences of the file are not in the project`
    io.stdout.write(`${project.name}: ${grouped(matched)} decisions of ${by.annotator}${others}\n`)
    return EXIT.ok
  })
}

/** A sentence that people decided differently for a task. `sentence` counts from 1. */
interface Differing {
  sentence: number
  text: string
  words: string[]
  decided: { annotator: string; answer: Answer }[]
}

export function printAgreement(name: string, args: ParsedArgs, context: Context): Promise<number> {
  const { stdout } = context.io
  return withStoreToRead(args, context, (found, path) => {
    const store = requireStore(found, path)
    const { id, tasks } = projectNamed(store, name)
    const opinions = store.annotation.opinions(id)
    const all = tasks.map((task) => ({
      ...agreementOn(task, opinions),
      differing: differing(store, id, task, opinions),
    }))
    if (args.options.has('json')) stdout.writeData(`${JSON.stringify(all, null, 2)}\n`)
    else if (opinions.length === 0)
      stdout.write(
        'no sentence was decided by two people yet: annotate import PROJECT FILE adds a person’s decisions\n',
      )
    else stdout.write(`${all.flatMap((one) => lines(one, stdout.columns)).join('\n')}\n`)
    return EXIT.ok
  })
}

function differing(
  { annotation }: Store,
  id: string,
  { name }: AnnotationTask,
  opinions: ReturnType<Store['annotation']['opinions']>,
): Differing[] {
  return opinions.flatMap(({ position, decided }) => {
    const answers = decided.flatMap(({ annotator, answers: all }) => {
      const answer = all.find(({ task }) => task === name)
      return answer === undefined ? [] : [{ annotator, answer }]
    })
    const { words, text } = annotation.sentence(id, position)
    const written = new Set(answers.map(({ answer }) => answerWords(answer, words)))
    return written.size < 2 ? [] : [{ sentence: position + 1, text, words, decided: answers }]
  })
}

function lines(one: Agreement & { differing: Differing[] }, width: number): string[] {
  const { task, annotators, sentences, tokens, kappa, spanF1, alpha, perLabel, differ } = one
  const named = (annotator: string) => annotator || '(no name)'
  const figure = (value: number | null) => (value === null ? '–' : value.toFixed(3))
  const figures = [
    `Cohen’s κ ${figure(kappa)}`,
    ...(one.kind === 'span' ? [`F1 of spans ${figure(spanF1)}`] : []),
    ...(annotators.length > 2 ? [`Krippendorff’s α ${figure(alpha)}`] : []),
  ]
  const right = 'right' as const
  const columns = [
    { title: 'label' },
    { title: 'agree', align: right },
    { title: 'differ', align: right },
    { title: 'F1', align: right },
  ]
  const rows = perLabel.map((row) => [row.label, grouped(row.agree), grouped(row.differ), row.f1.toFixed(3)])
  return [
    `${task}: ${annotators.map(named).join(', ')}; ${grouped(sentences)} sentences, ${grouped(tokens)} words`,
    figures.join(', '),
    ...(one.pairs.length < 2
      ? []
      : one.pairs.map(
          ({ a, b, kappa: ofPair, spanF1: f1 }) =>
            `  ${named(a)} and ${named(b)}: κ ${figure(ofPair)}${f1 === null ? '' : `, F1 ${figure(f1)}`}`,
        )),
    ...(rows.length === 0 ? [] : ['', ...table(columns, rows, { width })]),
    '',
    differ === 0
      ? 'No sentence differs.'
      : `${grouped(differ)} ${differ === 1 ? 'sentence differs' : 'sentences differ'}:`,
    ...one.differing.flatMap(({ sentence, text, words, decided }) => [
      `  ${sentence}: ${text}`,
      ...decided.map(
        ({ annotator, answer }) => `      ${named(annotator)}: ${answerWords(answer, words) || 'nothing'}`,
      ),
    ]),
    '',
  ]
}
