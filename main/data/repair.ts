/**
 * Splits a corpus file with problems, at the user's request, into its valid sentences and a file of the rejected ones.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { byteBlocks } from './lines.ts'
import type { ReadFile, ReadProgress } from './read.ts'

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const LINE_END = Buffer.from('\n')

/** The input of a repair: the lines with problems, ascending, and the test for separating lines. */
export type RepairInput = Pick<ReadFile, 'problemLines' | 'separates'>

/**
 * Copies the sentences of a corpus file, plain or gzip, to `good`; those that contain a line with a problem go to
 * `rejected`, each followed by a blank line. Neither file may exist yet. A sentence is a run of lines between
 * separating lines, including the comments before it. Bytes are not changed. Returns the number of rejected sentences.
 * Throws the file system's errors.
 */
export async function splitByProblems(
  path: string,
  good: string,
  rejected: string,
  input: RepairInput,
  progress?: ReadProgress,
): Promise<number> {
  const out = { good: await open(good, 'wx'), rejected: null as FileHandle | null }
  try {
    out.rejected = await open(rejected, 'wx')
    return await split(path, out.good, out.rejected, input, progress)
  } finally {
    await out.good.close()
    await out.rejected?.close()
  }
}

async function split(
  path: string,
  good: FileHandle,
  rejected: FileHandle,
  { problemLines, separates }: RepairInput,
  progress?: ReadProgress,
): Promise<number> {
  const digest = { hash: '', bytes: 0 }
  const pending = { good: [] as Buffer[], rejected: [] as Buffer[] }
  let sentence: Buffer[] = []
  let bad = false
  let dropped = 0
  let lineNumber = 0
  let nextProblem = 0
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
      for (; problemLines[nextProblem] === lineNumber; nextProblem++) bad = true
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

/** The lines of a block with their line ends; a missing line end at the end of the file is added. */
function* linesOf(block: Buffer): Generator<Buffer> {
  for (let start = 0; start < block.length;) {
    const newline = block.indexOf(NEWLINE, start)
    const end = newline < 0 ? block.length : newline + 1
    yield newline < 0 ? Buffer.concat([block.subarray(start), LINE_END]) : block.subarray(start, end)
    start = end
  }
}

/** A line as text, without its end. Latin-1 suffices, because the separators of sentences and columns are ASCII. */
function content(line: Buffer): string {
  const end = line.length - (line[line.length - 2] === CARRIAGE_RETURN ? 2 : 1)
  return line.toString('latin1', 0, end)
}
