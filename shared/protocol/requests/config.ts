/**
 * Requests about settings: what exists, whether a config is valid, and conversion to and from the YAML file of the
 * command line.
 */
import { z } from 'zod'
import type { ExperimentConfig } from '../../settings/config.ts'
import { anyConfig } from './common.ts'

export const configRequests = {
  /** Every setting with its default, bounds and description. */
  'config.settings': z.strictObject({}),
  /** Fills in the defaults and returns all problems, each with its setting. Checks that files exist. */
  'config.check': z.strictObject({ config: anyConfig }),
  /**
   * The YAML file for the command line: `short` leaves out defaults, `full` documents every setting. Fails while a
   * setting is invalid.
   */
  'config.toFile': z.strictObject({ config: anyConfig, style: z.enum(['short', 'full']).default('short') }),
  /**
   * Reads the text of such a file. Relative paths in it start at the folder of `path`, if known. Fails where it is not
   * YAML.
   */
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

/** `*` in a path stands for a name that the user chooses. */
export interface SectionInfo {
  path: string[]
  description: string
}

export interface SettingInfo {
  path: string[]
  description: string
  type: 'integer' | 'number' | 'boolean' | 'text' | 'choice' | 'choices' | 'column' | 'file'
  nullable: boolean
  /** Undefined where a value is required. */
  default?: unknown
  choices: string[]
  minimum: number | null
  maximum: number | null
  /** Whether the bound itself is excluded. */
  exclusiveMinimum: boolean
  exclusiveMaximum: boolean
}

export interface ConfigCheck {
  /** Complete, with all defaults; null while there is a problem. */
  config: ExperimentConfig | null
  /** What the user wrote, as far as it could be parsed. */
  given: Record<string, unknown>
  problems: ConfigProblem[]
}

export interface ConfigProblem {
  /** Path of the setting, e.g. ['imp', 'epochs']; empty where it concerns the whole config. */
  path: string[]
  /** `file.yaml:12` where the setting was read from a file. */
  where: string | null
  message: string
}
