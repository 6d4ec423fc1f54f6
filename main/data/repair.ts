/** Makes a usable file of a faulty one, where the user asks for it: the sentences without a fault, byte for byte as text. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { lineBlocks } from './lines.ts'

/**
 * Copies a corpus file to `target`, which must not exist, without the sentences that hold one of `faultLines` (ascending, as
 * readColumns gives them). A sentence is what stands between blank lines; comments before it go with it, -DOCSTART- lines stay.
 * Line ends become LF. Returns the number of sentences left out. Throws the file system's errors.
 */
export async function writeGoodSentences(path: string, target: string, faultLines: Int32Array): Promise<number> {
  const out = createWriteStream(target, { flags: 'wx' })
  await once(out, 'open')
  let group: string[] = []
  let bad = false
  let dropped = 0
  let lineNumber = 0
  let nextFault = 0
  const flush = () => {
    if (bad) dropped++
    const text = bad ? '' : group.map((line) => `${line}\n`).join('')
    group = []
    bad = false
    return text
  }
  for await (const lines of lineBlocks(path, { hash: '', bytes: 0 })) {
    let text = ''
    for (const line of lines) {
      lineNumber++
      if (line !== null && (/^[ \t]*$/.test(line) || line.startsWith('-DOCSTART-'))) text += `${flush()}${line}\n`
      else group.push(line ?? '')
      if (faultLines[nextFault] === lineNumber) {
        bad = true
        while (faultLines[nextFault] === lineNumber) nextFault++
      }
    }
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end(flush())
  await finished(out)
  return dropped
}
