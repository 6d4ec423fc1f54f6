/** What a setting that names a file stands for: a path, or for word vectors the name of an installed set. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isSetName, setNames, setPath } from '../vectors/folder.ts'
import { vectorsFolder } from './dataFolder.ts'

/** Whether a value of model.vectors is a name: a file of that name in the folder is meant by it where there is one. */
function isName(path: readonly string[], value: string, baseDir: string): boolean {
  return path.join('.') === 'model.vectors' && isSetName(value) && !existsSync(resolve(baseDir, value))
}

/** The absolute path of a file that a setting names; relative paths start at baseDir. */
export function filePath(path: readonly string[], value: string, baseDir: string): string {
  return isName(path, value, baseDir) ? setPath(vectorsFolder(), value) : resolve(baseDir, value)
}

/** Why a value cannot mean what a person wants: a name of no set, or a name that is also a file. Null where it can. */
export function nameProblem(path: readonly string[], value: string, baseDir: string): string | null {
  if (path.join('.') !== 'model.vectors' || !isSetName(value)) return null
  const folder = vectorsFolder()
  const names = setNames(folder)
  const isFile = existsSync(resolve(baseDir, value))
  if (isFile && names.includes(value)) {
    return `is the name of an installed set and of a file; write ./${value} for the file, or ${setPath(folder, value)} for the set`
  }
  if (isFile || names.includes(value)) return null
  const installed = names.length > 0 ? `installed: ${names.join(', ')}` : 'none are installed; see `vectors`'
  return `there are no word vectors of that name (${installed}), and no such file`
}
