/** A command: its grammar, its help and its work. */
import type { Option, ParsedArgs } from './args.ts'
import type {
  AnnotationCore,
  Core,
  DevicesCore,
  EstimateTime,
  ExportCore,
  OpenLoopbackServer,
  StudioRequests,
  TaggerCore,
} from './core.ts'
import type * as experiments from '../experiments/index.ts'
import type * as vectorLibrary from '../vectorLibrary/index.ts'
import type { LogLevel } from '../../shared/util/log.ts'
import type { Io } from './io.ts'

export interface Context {
  /** Version of the program. */
  version: string
  io: Io
  core: CoreLoader
}

export interface CoreLoader {
  /** Only the store, which loads quickly. */
  store(): Promise<Pick<Core, 'openStore'>>
  /** Everything that trains. */
  all(): Promise<Core>
  /** The tagger and the store. */
  tagger(): Promise<TaggerCore>
  /** The writers of trained subnets. */
  exporter(): Promise<ExportCore>
  /** The converter of annotations. */
  annotation(): Promise<AnnotationCore>
  /** The paper's experiments. */
  experiments(): Promise<typeof experiments>
  /** How long the trainings of a config take. */
  estimate(): Promise<EstimateTime>
  /** The installed word vectors. */
  vectors(): Promise<typeof vectorLibrary>
  /** The checks and benchmarks of backends. */
  devices(): Promise<DevicesCore>
  /** The requests of the studio, over a database. */
  studio(database: string): Promise<StudioRequests>
  /** The server of the studio in a browser. */
  loopbackServer(): Promise<OpenLoopbackServer>
  /** Adds an unexpected error to the log beside the database. */
  log?(database: string, level: LogLevel | undefined, message: string, error: unknown): Promise<void>
}

export interface Command {
  name: string
  /** Earlier names, which still work. */
  aliases?: readonly string[]
  /** Arguments as the help shows them, e.g. "RUN" or "[CONFIG]"; the last may be many: "[FILE…]". */
  arguments: readonly string[]
  /** One line. */
  summary: string
  /** Further lines for `help COMMAND`. */
  details: readonly string[]
  options: readonly Option[]
  settings: boolean
  /** Returns the exit code. Errors are for reportError. */
  run(args: ParsedArgs, context: Context): Promise<number>
}

/** Text of an option that takes a value. */
export function textOf(args: ParsedArgs, name: string): string | undefined {
  const value = args.options.get(name)
  return typeof value === 'string' ? value : undefined
}

export const jsonOption: Option = { name: 'json', description: 'Print JSON instead of text.' }
