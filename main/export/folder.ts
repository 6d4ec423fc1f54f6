/** Writes a folder that appears complete or not at all. */
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

/** Files by name. Content is made when its turn comes, so that only one file is in memory at a time. */
export type FolderFiles = readonly {
  name: string
  content(): Uint8Array | string | Promise<Uint8Array | string>
}[]

/** Part of the model card of every export: only a folder with it is replaced. */
export const MARK = 'library_name: sparse-sharing-studio'
export const CARD = 'README.md'
const EXPORTED =
  /^(README\.md|config\.yaml|vocabulary\.json|tokens\.json|[\w-]+\.(safetensors|npz|onnx|tfjs\.json|tfjs\.bin|packed))$/

/**
 * Returns the sizes. Throws an Error if the path exists, unless it is an export and `replace` is set, and if the disk
 * fails.
 */
export async function writeFolder(
  path: string,
  files: FolderFiles,
  replace: boolean,
): Promise<{ name: string; bytes: number }[]> {
  requireFree(path, replace)
  return explained(path, async () => {
    mkdirSync(dirname(path), { recursive: true })
    removeLeftovers(path)
    const partial = mkdtempSync(join(dirname(path), `.${basename(path)}.part-${process.pid}-`))
    try {
      const sizes: { name: string; bytes: number }[] = []
      for (const { name, content } of files) {
        writeFileSync(join(partial, name), await content())
        sizes.push({ name, bytes: statSync(join(partial, name)).size })
      }
      moveTo(partial, path)
      return sizes
    } catch (error) {
      rmSync(partial, { recursive: true, force: true })
      throw error
    }
  })
}

/** Removes the partial folders of processes that were killed during an export to this path. */
function removeLeftovers(path: string): void {
  const prefix = `.${basename(path)}.part-`
  for (const entry of readdirSync(dirname(path))) {
    const pid = entry.startsWith(prefix) && /^(\d+)-\w{6}(-old)?$/.exec(entry.slice(prefix.length))?.[1]
    if (pid && !isRunning(Number(pid)) && !(entry.endsWith('-old') && !existsSync(path)))
      rmSync(join(dirname(path), entry), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function requireFree(path: string, replace: boolean): void {
  if (!existsSync(path)) return
  if (!replace)
    throw new Error(
      `${path} already exists: choose another name with --out, or pass --force to replace an earlier export`,
    )
  if (!isExport(path))
    throw new Error(
      `${path} is not an export, or contains other files too, and is not replaced: choose another name with --out`,
    )
}

/** Whether a folder contains nothing but the files of an export: --force must not delete a user's own files. */
function isExport(path: string): boolean {
  if (!statSync(path).isDirectory()) return false
  const entries = readdirSync(path, { withFileTypes: true })
  return (
    entries.every((entry) => entry.isFile() && EXPORTED.test(entry.name)) &&
    existsSync(join(path, CARD)) &&
    readFileSync(join(path, CARD), 'utf8').includes(MARK)
  )
}

/** The earlier folder is deleted only after the new one has its name. */
function moveTo(partial: string, path: string): void {
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

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error
    const reason =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'there is no space left'
        : code === 'EACCES' || code === 'EPERM'
          ? 'permission is denied'
          : code === 'ENOTDIR' || code === 'EEXIST'
            ? 'a part of its path is not a folder'
            : 'the disk reported an error'
    throw new Error(`${path} cannot be written: ${reason} (${code}). No incomplete export was left behind.`, {
      cause: error,
    })
  }
}
