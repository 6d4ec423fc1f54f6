/** Uploads a file of a studio's folder as a page does, so that its content may be read. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toBase64 } from '../../shared/util/base64.ts'
import type { Studio } from './studio.ts'

/** Returns the file's id. */
export async function uploaded({ ask, folder }: Pick<Studio, 'ask' | 'folder'>, name: string): Promise<string> {
  const content = readFileSync(join(folder, name))
  const { file } = await ask('files.begin', { name, bytes: content.length })
  await ask('files.append', { file, from: 0, data: toBase64(content) })
  await ask('files.end', { file })
  return file
}
