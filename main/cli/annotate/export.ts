/** `annotate export`: writes the decisions of a project, or of one person, in the format of another tool. */
import { resolve } from 'node:path'
import { ANNOTATION_FORMATS } from '../../../shared/annotation/annotation.ts'
import { OFFSET_UNITS } from '../../../shared/tags/tagging.ts'
import { fromBase64 } from '../../../shared/util/base64.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf } from '../choices.ts'
import { textOf, type Context } from '../command.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'
import { SCHEMES } from './list.ts'
import { withProject } from './project.ts'

export const EXPORT_FORMATS = [...ANNOTATION_FORMATS, 'jsonl'] as const

/** Throws UsageError, CommandError, and an Error where nothing is decided; then no file is written. */
export function exportProject(name: string, args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const format = choiceOf(args, 'format', EXPORT_FORMATS) ?? 'conll'
  const scheme = choiceOf(args, 'scheme', SCHEMES) ?? 'IOB2'
  const offsets = choiceOf(args, 'offsets', OFFSET_UNITS)
  const annotator = textOf(args, 'annotator')
  const out = textOf(args, 'out')
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
