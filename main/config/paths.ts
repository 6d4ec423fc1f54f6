/** Paths in a config: relative to its file, absolute in the record of a run. */
import { isAbsolute } from 'node:path'
import { setAt, valuesAt } from '../../shared/util/nested.ts'
import { filePath } from './filePath.ts'
import { isFile, isPath, settings } from './settings.ts'

/** The same settings, valid or not, with paths that work from another folder: relative ones become absolute. */
export function withPathsFrom<T extends object>(config: T, baseDir: string, newBase: string): T {
  if (baseDir === newBase) return config
  const moved = structuredClone(config)
  for (const setting of settings.filter(isFile)) {
    for (const { path, value } of valuesAt(config, setting.path))
      if (isPath(setting, value) && !isAbsolute(value))
        setAt(moved as Record<string, unknown>, path, filePath(path, value, baseDir))
  }
  return moved
}
