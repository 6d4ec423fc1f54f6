/** Combines a config file and flags into a checked ExperimentConfig. */
import { dirname, isAbsolute, resolve } from 'node:path'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { setAt } from '../../shared/util/nested.ts'
import { checkSettings } from './check.ts'
import type { FlagValue } from './flags.ts'
import type { Origin } from './zodProblems.ts'
import { ConfigError } from './problems.ts'
import type { Problem } from './problems.ts'
import { filePath } from './filePath.ts'
import { isPath, settingAt, withoutEmptySections } from './settings.ts'
import { expandShortcuts } from './shortcuts.ts'
import type { ShortFlag } from './shortcuts.ts'
import { readConfigFile } from './yamlFile.ts'
import type { ConfigFile } from './yamlFile.ts'

export interface ConfigSource {
  /** Config file as the user wrote it, relative to cwd; null if there are only flags. */
  file: string | null
  flags: readonly FlagValue[]
  shortcuts: readonly ShortFlag[]
  cwd: string
  /** Settings to start from if there is no file. */
  base?: object | undefined
  /** Problems found while parsing the flags; reported together with the others. */
  problems?: readonly Problem[]
  /** Whether the data files must exist. Default: true. */
  withFiles?: boolean
}

export interface LoadedConfig {
  config: ExperimentConfig
  /** Folder that relative paths in the config are taken from. */
  baseDir: string
}

/** Throws ConfigError with every problem found, in the file and in the flags. */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const problems = [...(source.problems ?? [])]
  const file = readOr(source, problems)
  const baseDir = source.file === null ? source.cwd : dirname(resolve(source.cwd, source.file))
  const input = withoutEmptySections(file?.value ?? structuredClone(source.base) ?? {}) as Record<string, unknown>
  const flags = [...expandShortcuts(source.shortcuts, keysOf(input.corpora), problems), ...source.flags]
  for (const flag of flags) setAt(input, flag.path, pathFromCwd(flag, source.cwd, baseDir))
  const origin = originIn(file, flags)
  const checked = checkSettings(input, origin, source.withFiles === false ? null : { baseDir })
  problems.push(...checked.problems)
  // Without its file, every setting would be reported as missing; that would bury the real problem.
  if (source.file !== null && file === null) throw new ConfigError(problems.filter((one) => one.where !== null))
  if (problems.length > 0 || checked.config === null) throw new ConfigError(inFileOrder(problems))
  return { config: checked.config, baseDir }
}

/** Flags first, then the file from top to bottom. */
function inFileOrder(problems: readonly Problem[]): Problem[] {
  const line = ({ where }: Problem) => Number(/:(\d+)$/.exec(where ?? '')?.[1] ?? 0)
  return problems.toSorted((a, b) => line(a) - line(b))
}

function readOr({ file, cwd }: ConfigSource, problems: Problem[]): ConfigFile | null {
  if (file === null) return null
  try {
    return readConfigFile(resolve(cwd, file), file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems)
    return null
  }
}

function originIn(file: ConfigFile | null, flags: readonly FlagValue[]): (path: string[]) => Origin {
  return (path) => {
    const flag =
      flags.findLast((one) => one.path.join('\0') === path.join('\0')) ??
      flags.findLast((one) => isWithin(one.path, path))
    if (flag !== undefined) return { where: flag.flag, kind: 'flag' }
    return file === null ? { where: null, kind: 'nowhere' } : { where: file.locate(path), kind: 'file' }
  }
}

/** Whether the path is the group of a setting that the flag created, e.g. tasks.ner for --task ner=3. */
function isWithin(flagPath: string[], path: string[]): boolean {
  return path.length >= 2 && path.every((part, i) => part === flagPath[i])
}

/** Paths in flags are relative to the working directory, paths in a file to the folder of that file. */
function pathFromCwd({ path, value }: FlagValue, cwd: string, baseDir: string): unknown {
  const setting = settingAt(path)
  if (setting === undefined || !isPath(setting, value)) return value
  return cwd === baseDir || isAbsolute(value) ? value : filePath(path, value, cwd)
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}
