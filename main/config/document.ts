/** A config file as text that came without its file: what a window hands over. */
import { dirname } from 'node:path'
import { checkSettings } from './check.ts'
import type { CheckedSettings } from './check.ts'
import { withPathsFrom } from './paths.ts'
import { withoutEmptySections } from './settings.ts'
import { parseConfigText } from './yamlFile.ts'

export interface ConfigText {
  text: string
  /** As problems call the file. */
  name: string
  /** Where the file lies, for its relative paths; null where that is not known. */
  path: string | null
}

/** Reads and checks it, files too. `given` is what stands in it, its paths absolute where they can be. Throws ConfigError where it is no YAML. */
export function readConfigText({ text, name, path }: ConfigText): CheckedSettings & { given: Record<string, unknown> } {
  const { value, locate } = parseConfigText(text, name)
  const written = withoutEmptySections(value) as Record<string, unknown>
  const given = path === null ? written : withPathsFrom(written, dirname(path), '')
  return { given, ...checkSettings(given, (at) => ({ where: locate(at), kind: 'file' }), { baseDir: null }) }
}
