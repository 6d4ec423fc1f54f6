/** `annotate export`: writes the decisions of a project, or of one person, in the format of another tool. */
import { resolve } from 'node:path'
import { ANNOTATION_FORMATS } from '../../../shared/annotation/annotation.ts'
import { bratFiles } from '../../../shared/annotation/bratFiles.ts'
import { OFFSET_UNITS } from '../../../shared/tags/tagging.ts'
import { fromBase64 } from '../../../shared/util/base64.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf } from '../choices.ts'
import { textOf, type Context } from '../command.ts'
import { CommandError, UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'
import { SCHEMES } from './list.ts'
import { withProject } from './project.ts'

export const EXPORT_FORMATS = [...ANNOTATION_FORMATS, 'jsonl', 'brat'] as const

/** Throws UsageError, CommandError, and an Error where nothing is decided; then no file is written. */
export function exportProject(name: string, args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const format = choiceOf(args, 'format', EXPORT_FORMATS) ?? 'conll'
  const scheme = choiceOf(args, 'scheme', SCHEMES) ?? 'IOB2'
  const offsets = choiceOf(args, 'offsets', OFFSET_UNITS)
  const annotator = textOf(args, 'annotator')
  const out = textOf(args, 'out')
  if (format === 'brat') return exportBrat(name, annotator, out, args, context)
  return withProject(args, context, name, async ({ ask }, project) => {
    const { file, sentences, hint } = await ask('annotate.export', {
      ...{ project: project.id, format, scheme, annotator },
      ...(offsets === undefined ? {} : { offsets }),
    })
    const output = await openOutput(io, out === undefined ? null : resolve(io.cwd, out))
    try {
      // A piece may end within a character.
      const decoder = new TextDecoder()
      for (let from = 0; from < file.bytes;) {
        const { data } = await ask('files.read', { file: file.file, from })
        const piece = fromBase64(data)
        from += piece.length
        await output.write(decoder.decode(piece, { stream: from < file.bytes }))
      }
      await output.finish()
    } catch (error) {
      await output.drop()
      throw error
    }
    const whose = annotator === undefined ? '' : ` of ${annotator}`
    const where = out === undefined ? '' : `, written to ${out}`
    io.stderr.write(`${project.name}: ${sentences} decided sentences${whose} as ${format}${where}\n`)
    if (hint !== null) io.stderr.write(`note: ${hint}\n`)
    return EXIT.ok
  })
}

/** Two files of the same name: the text and its entities. Neither appears before both are complete. */
function exportBrat(
  name: string,
  annotator: string | undefined,
  out: string | undefined,
  args: ParsedArgs,
  context: Context,
): Promise<number> {
  const { io } = context
  if (out === undefined || !/\.ann$/i.test(out))
    throw new UsageError(
      '--format brat writes a text and its annotations: expected --out NAME.ann, the text goes to NAME.txt',
    )
  return withProject(args, context, name, async ({ store: { annotation } }, { id, name: project, tasks }) => {
    const decided = annotator === undefined ? annotation.decided(id) : annotation.decidedBy(id, annotator)
    if (decided.length === 0)
      throw new CommandError(
        `${annotator ?? 'nobody'} has decided ${annotator === undefined ? 'a' : 'no'} sentence of ${project} yet`,
      )
    const { text, annotations } = bratFiles(decided, tasks)
    const place = resolve(io.cwd, out)
    const outputs = []
    try {
      for (const [path, content] of [
        [place.replace(/\.ann$/i, '.txt'), text],
        [place, annotations],
      ]) {
        const output = await openOutput(io, path)
        outputs.push(output)
        await output.write(content)
      }
      for (const output of outputs) await output.finish()
    } catch (error) {
      for (const output of outputs) await output.drop()
      throw error
    }
    io.stderr.write(`${project}: ${decided.length} decided sentences as brat, written to ${out} and its .txt\n`)
    return EXIT.ok
  })
}
