/** Requests about settings: what there is, whether they are right, to and from the file that the command line takes. */
import { z } from 'zod'
import type { ExperimentConfig } from '../../settings/config.ts'
import { anyConfig } from './common.ts'

export const configRequests = {
  /** Every setting with its default, its bounds and a sentence on it. */
  'config.settings': z.strictObject({}),
  /** Fills in the defaults and says everything that is wrong, beside the setting it is wrong with. Files are looked for. */
  'config.check': z.strictObject({ config: anyConfig }),
  /** As the YAML file that the command line takes: short leaves out what has its default, full explains every setting. Refused while a setting is wrong. */
  'config.toFile': z.strictObject({ config: anyConfig, style: z.enum(['short', 'full']).default('short') }),
  /** From the text of such a file; `path` is where it lies, if known: relative paths in it are taken from there. Refused where it is no YAML. */
  'config.fromFile': z.strictObject({
    text: z.string().max(1_000_000),
    name: z.string().max(255),
    path: z.string().max(4096).optional(),
  }),
}

export interface ConfigResults {
  'config.settings': { sections: SectionInfo[]; settings: SettingInfo[] }
  'config.check': ConfigCheck
  'config.toFile': { text: string }
  'config.fromFile': ConfigCheck
}

/** `*` in a path stands for a name that the user gives. */
export interface SectionInfo {
  path: string[]
  description: string
}

export interface SettingInfo {
  path: string[]
  description: string
  type: 'integer' | 'number' | 'boolean' | 'text' | 'choice' | 'choices' | 'column' | 'file'
  nullable: boolean
  /** Undefined where it must be given. */
  default?: unknown
  choices: string[]
  minimum: number | null
  maximum: number | null
  /** Whether the bound itself is not allowed. */
  exclusiveMinimum: boolean
  exclusiveMaximum: boolean
}

export interface ConfigCheck {
  /** Whole, with all defaults; null while anything is wrong. */
  config: ExperimentConfig | null
  /** What the user gave, as far as it could be read. */
  given: Record<string, unknown>
  problems: ConfigProblem[]
}

export interface ConfigProblem {
  /** Of the setting, e.g. ['imp', 'epochs']; empty where it is of the whole. */
  path: string[]
  /** `file.yaml:12` where it came from a file. */
  where: string | null
  message: string
}
