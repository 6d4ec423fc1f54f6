/** A config file passed as text, without its file: what the window sends. */
import { dirname } from 'node:path'
import { checkSettings } from './check.ts'
import type { CheckedSettings } from './check.ts'
import { withPathsFrom } from './paths.ts'
import { withoutEmptySections } from './settings.ts'
import { parseConfigText } from './yamlFile.ts'

export interface ConfigText {
  text: string
  /** The file's name in problems. */
  name: string
  /** The file's path, for relative paths in it; null if unknown. */
  path: string | null
}

/**
 * Parses and checks it, including the files it names. `given` has the settings as written, with absolute paths if
 * `path` is known. Throws ConfigError if the text is not YAML.
 */
export function readConfigText({ text, name, path }: ConfigText): CheckedSettings & { given: Record<string, unknown> } {
  const { value, locate } = parseConfigText(text, name)
  const written = withoutEmptySections(value) as Record<string, unknown>
  const given = path === null ? written : withPathsFrom(written, dirname(path), '')
  return { given, ...checkSettings(given, (at) => ({ where: locate(at), kind: 'file' }), { baseDir: null }) }
}
