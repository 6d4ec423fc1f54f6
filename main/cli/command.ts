/** What a command is: its grammar, its help, its work. */
import type { Option, ParsedArgs } from './args.ts'
import type { AnnotationCore, Core, DevicesCore, ExportCore, OpenDoor, TaggerCore } from './core.ts'
import type * as studies from '../study/index.ts'
import type { Io } from './io.ts'

export interface Context {
  /** Of the program. */
  version: string
  io: Io
  core: CoreLoader
}

export interface CoreLoader {
  /** The store alone: quick to load. */
  store(): Promise<Pick<Core, 'openStore'>>
  /** Everything that trains. */
  all(): Promise<Core>
  /** What tags, and the store. */
  tagger(): Promise<TaggerCore>
  /** What writes trained subnets. */
  exporter(): Promise<ExportCore>
  /** What converts annotations. */
  annotation(): Promise<AnnotationCore>
  /** The paper's experiments. */
  study(): Promise<typeof studies>
  /** What finds out about backends. */
  devices(): Promise<DevicesCore>
  /** What opens the studio in a browser. */
  door(): Promise<OpenDoor>
}

export interface Command {
  name: string
  /** Arguments as shown in the help, e.g. "RUN" or "[CONFIG]". */
  arguments: readonly string[]
  /** One line. */
  summary: string
  /** Further lines for `help COMMAND`. */
  details: readonly string[]
  options: readonly Option[]
  settings: boolean
  /** Returns the exit code. Throws what reportError can tell. */
  run(args: ParsedArgs, context: Context): Promise<number>
}

/** Text of an option that takes a value. */
export function textOf(args: ParsedArgs, name: string): string | undefined {
  const value = args.options.get(name)
  return typeof value === 'string' ? value : undefined
}

export const jsonOption: Option = { name: 'json', description: 'JSON for scripts instead of text for people.' }
