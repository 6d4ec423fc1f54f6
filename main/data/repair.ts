/** Makes a usable file of a faulty one, where the user asks for it: its sentences without a fault, and those with one in a file of their own. */
import { open, type FileHandle } from 'node:fs/promises'
import { byteBlocks } from './lines.ts'
import type { ReadFile, ReadProgress } from './read.ts'

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const LINE_END = Buffer.from('\n')

/** What a repair goes by: a ReadFile has it, faultLines ascending. */
export type Faulty = Pick<ReadFile, 'faultLines' | 'separates'>

/**
 * Copies a corpus file, gzip or not, to `good` without the sentences that hold one of the faulty lines, and those to `rejected`, a
 * blank line after each. Neither file may exist yet. A sentence is what stands between separating lines; comments before it go with it.
 * Bytes stay as they are. Returns the number of sentences rejected. Throws the file system's errors.
 */
export async function splitByFaults(
  path: string,
  good: string,
  rejected: string,
  faulty: Faulty,
  progress?: ReadProgress,
): Promise<number> {
  const out = { good: await open(good, 'wx'), rejected: null as FileHandle | null }
  try {
    out.rejected = await open(rejected, 'wx')
    return await split(path, out.good, out.rejected, faulty, progress)
  } finally {
    await out.good.close()
    await out.rejected?.close()
  }
}

async function split(
  path: string,
  good: FileHandle,
  rejected: FileHandle,
  { faultLines, separates }: Faulty,
  progress?: ReadProgress,
): Promise<number> {
  const digest = { hash: '', bytes: 0 }
  const pending = { good: [] as Buffer[], rejected: [] as Buffer[] }
  let sentence: Buffer[] = []
  let bad = false
  let dropped = 0
  let lineNumber = 0
  let nextFault = 0
  const endSentence = () => {
    if (bad) {
      dropped++
      sentence.push(LINE_END)
    }
    const list = bad ? pending.rejected : pending.good
    for (const line of sentence) list.push(line)
    sentence = []
    bad = false
  }
  const write = async () => {
    await good.appendFile(Buffer.concat(pending.good.splice(0)))
    await rejected.appendFile(Buffer.concat(pending.rejected.splice(0)))
  }
  for await (const block of byteBlocks(path, digest)) {
    for (const line of linesOf(block)) {
      lineNumber++
      if (separates(content(line))) {
        endSentence()
        pending.good.push(line)
      } else {
        sentence.push(line)
      }
      for (; faultLines[nextFault] === lineNumber; nextFault++) bad = true
    }
    await write()
    await progress?.(digest)
  }
  endSentence()
  await write()
  await good.sync()
  await rejected.sync()
  return dropped
}

/** Lines with their line ends; the last one of a file gets one. */
function* linesOf(block: Buffer): Generator<Buffer> {
  for (let start = 0; start < block.length;) {
    const newline = block.indexOf(NEWLINE, start)
    const end = newline < 0 ? block.length : newline + 1
    yield newline < 0 ? Buffer.concat([block.subarray(start), LINE_END]) : block.subarray(start, end)
    start = end
  }
}

/** A line as text, without its end. Byte by byte: what separates sentences is ASCII, and columns are apart by ASCII. */
function content(line: Buffer): string {
  const end = line.length - (line[line.length - 2] === CARRIAGE_RETURN ? 2 : 1)
  return line.toString('latin1', 0, end)
}
