/** `annotate new`: creates a project from files of text. */
import { basename, resolve } from 'node:path'
import { TEXT_FORMATS } from '../../../shared/annotation/textFormats.ts'
import { grouped } from '../../../shared/util/format.ts'
import { brief } from '../../config/brief.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf, countOf, listOf, manyOf } from '../choices.ts'
import { textOf, type Context } from '../command.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { withRequests } from './project.ts'

const KINDS = { spans: 'span', span: 'span', tokens: 'token', token: 'token' } as const

interface NewTask {
  name: string
  kind: 'span' | 'token'
  labels: string[]
}

/** Throws UsageError, and an Error with what is wrong with a file; then no project is created. */
export async function newProject(name: string, files: string[], args: ParsedArgs, context: Context): Promise<number> {
  if (files.length === 0)
    throw new UsageError('annotate new needs FILES: plain text, tables, JSON records or tagged corpora')
  const tasks = tasksOf(args)
  const column = textOf(args, 'text-column')
  const reading = {
    format: choiceOf(args, 'format', ['auto', ...TEXT_FORMATS] as const) ?? 'auto',
    encoding: textOf(args, 'encoding') ?? null,
    words: countOf(args, 'words') ?? 0,
    ...(column === undefined ? {} : { column, field: column }),
  }
  const { io } = context
  return withRequests(args, context, true, async ({ ask }) => {
    const opened: string[] = []
    for (const path of files) opened.push((await ask('files.open', { path: resolve(io.cwd, path) })).file)
    const found = await ask('annotate.inspect', { files: opened.map((file) => ({ file, ...reading })) })
    const unreadable = found.find(({ problem }) => problem !== null)
    if (unreadable !== undefined) throw new Error(unreadable.problem!)
    const sources = opened.map((file) => ({ kind: 'file' as const, file, ...reading }))
    const { project } = await ask('annotate.create', { name, sources, tasks })
    for (const { name: file, title, sentences, note } of found)
      io.stderr.write(`${file}: ${grouped(sentences)} sentences, read as ${title}${note === null ? '' : `. ${note}`}\n`)
    const annotator = textOf(args, 'as')
    if (annotator !== undefined)
      for (const path of files) {
        const { file } = await ask('files.open', { path: resolve(io.cwd, path) })
        const { matched } = await ask('annotate.importDecisions', { project, file, annotator })
        io.stderr.write(`${basename(path)}: ${grouped(matched)} decisions of ${annotator}\n`)
      }
    const described = tasks.map((task) => `${task.name} (${task.kind}s: ${task.labels.join(', ') || 'no labels yet'})`)
    io.stdout.write(
      `created ${name}: ${described.join('; ') || 'no task yet: add one in the studio, or pass --task'}\n`,
    )
    return EXIT.ok
  })
}

/** Labels and kinds belong to the task before them, in the order given. Throws UsageError. */
function tasksOf(args: ParsedArgs): NewTask[] {
  const [names, labels, kinds] = ['task', 'labels', 'kind'].map((option) => manyOf(args, option))
  for (const [option, given] of [
    ['labels', labels],
    ['kind', kinds],
  ] as const)
    if (given.length > names.length)
      throw new UsageError(
        names.length === 0
          ? `--${option} needs --task NAME`
          : `--${option}: found ${given.length} for ${names.length} tasks`,
      )
  return names.map((name, i) => ({ name, kind: kindOf(kinds[i]), labels: labelsOf(labels[i]) }))
}

function kindOf(text = 'spans'): NewTask['kind'] {
  if (!Object.hasOwn(KINDS, text)) throw new UsageError(`--kind: found ${brief(text)}, expected spans or tokens`)
  return KINDS[text as keyof typeof KINDS]
}

function labelsOf(text: string | undefined): string[] {
  return text === undefined ? [] : listOf({ options: new Map([['labels', text]]) } as ParsedArgs, 'labels')!
}
