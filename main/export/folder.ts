/** A folder that is there whole or not at all. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Files by name; content is made when its turn comes, so that one file at a time is in memory. */
export type FolderFiles = readonly { name: string; content(): Uint8Array | string }[]

/** Stands in the model card of every export: what bears it may be replaced. */
export const MARK = 'library_name: sparse-sharing-studio'
export const CARD = 'README.md'
const OURS = /^(README\.md|config\.yaml|vocabulary\.json|[\w-]+\.(safetensors|npz|onnx|tfjs\.json|tfjs\.bin|packed))$/

/** Returns the sizes. Throws an Error where something is there already, unless it is an export and `replace` is set, and for what the disk refuses. */
export function writeFolder(path: string, files: FolderFiles, replace: boolean): { name: string; bytes: number }[] {
  requireFree(path, replace)
  return explained(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    const partial = mkdtempSync(join(dirname(path), `.${basename(path)}.part-`))
    try {
      const sizes = files.map(({ name, content }) => {
        writeFileSync(join(partial, name), content())
        return { name, bytes: statSync(join(partial, name)).size }
      })
      takePlace(partial, path)
      return sizes
    } catch (error) {
      rmSync(partial, { recursive: true, force: true })
      throw error
    }
  })
}

function requireFree(path: string, replace: boolean): void {
  if (!existsSync(path)) return
  if (!replace)
    throw new Error(`${path} is there already: choose another name by --out, or --force to replace an earlier export`)
  if (!isExport(path))
    throw new Error(
      `${path} is not an export, or holds other files too, and is not replaced: choose another name by --out`,
    )
}

/** Whether a folder has nothing in it but what an export writes: --force must not cost anybody their own files. */
function isExport(path: string): boolean {
  if (!statSync(path).isDirectory()) return false
  const entries = readdirSync(path, { withFileTypes: true })
  return (
    entries.every((entry) => entry.isFile() && OURS.test(entry.name)) &&
    existsSync(join(path, CARD)) &&
    readFileSync(join(path, CARD), 'utf8').includes(MARK)
  )
}

/** The old one goes only once the new one is in its place. */
function takePlace(partial: string, path: string): void {
  if (!existsSync(path)) return renameSync(partial, path)
  const old = `${partial}-old`
  renameSync(path, old)
  try {
    renameSync(partial, path)
  } catch (error) {
    renameSync(old, path)
    throw error
  }
  rmSync(old, { recursive: true, force: true })
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error
    const reason =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'there is no space left'
        : code === 'EACCES' || code === 'EPERM'
          ? 'permission is denied'
          : code === 'ENOTDIR' || code === 'EEXIST'
            ? 'a part of its path is no folder'
            : 'the disk reported an error'
    throw new Error(`${path} cannot be written: ${reason} (${code}). Nothing was half written.`, { cause: error })
  }
}
