/**
 * Step metrics in chunks of 512 steps, one row each: a run of the paper takes about 20 million steps, and one row per
 * step would take ten times the space and the time. Chunk c holds steps 512 c … 512 c + 511 for any size of commits, so
 * writing a step again replaces that step only.
 *
 * A chunk is a JSON line { tasks, first, count, columns }, a line feed, then four columns of `count` values from step
 * `first` on: task (index into tasks + 1; 0 = no such step), epoch, tokens, loss. Whole numbers are stored as the
 * difference to the column's least one, in the fewest of 0, 1, 2 or 4 bytes; losses as float32. With one task in one
 * epoch a step takes 5 bytes. 512 steps are small enough to rewrite when a commit adds a few.
 */
import type { StepMetric } from '../../shared/runs/training.ts'
import { StoreError } from './errors.ts'

export const CHUNK_STEPS = 512

/** The steps of one chunk as columns; those with task 0 are absent. */
export interface StepChunk {
  /** Number of the chunk's first place: 512 times the chunk's number. */
  base: number
  tasks: string[]
  task: Uint32Array
  epoch: Uint32Array
  tokens: Uint32Array
  loss: Float32Array
}

interface Column {
  least: number
  bytes: 0 | 1 | 2 | 4
}
interface Header {
  tasks: string[]
  first: number
  count: number
  columns: [task: Column, epoch: Column, tokens: Column]
}

export function emptyChunk(chunk: number): StepChunk {
  const column = () => new Uint32Array(CHUNK_STEPS)
  return {
    base: chunk * CHUNK_STEPS,
    tasks: [],
    task: column(),
    epoch: column(),
    tokens: column(),
    loss: new Float32Array(CHUNK_STEPS),
  }
}

/** Sets a step. Throws a RangeError unless its numbers are whole, within 32 bits, and in this chunk. */
export function putStep(chunk: StepChunk, metric: StepMetric): void {
  const at = metric.step - chunk.base
  const whole = (n: number) => Number.isInteger(n) && n >= 0 && n <= 0xffffffff
  if (!whole(metric.step) || !whole(at) || at >= CHUNK_STEPS || !whole(metric.epoch) || !whole(metric.tokens)) {
    throw new RangeError(`Step ${metric.step} (epoch ${metric.epoch}, ${metric.tokens} tokens) cannot be stored.`)
  }
  let task = chunk.tasks.indexOf(metric.task)
  if (task < 0) task = chunk.tasks.push(metric.task) - 1
  chunk.task[at] = task + 1
  chunk.epoch[at] = metric.epoch
  chunk.tokens[at] = metric.tokens
  chunk.loss[at] = metric.loss
}

/** Removes step `step` and all later ones. */
export function truncateChunk(chunk: StepChunk, step: number): void {
  chunk.task.fill(0, Math.max(0, step - chunk.base))
}

/** The chunk as bytes, null where no step is left in it. */
export function encodeChunk(chunk: StepChunk): Buffer | null {
  const first = chunk.task.findIndex((task) => task > 0)
  if (first < 0) return null
  const end = chunk.task.findLastIndex((task) => task > 0) + 1
  const columns = [chunk.task, chunk.epoch, chunk.tokens].map((values) => narrow(values.subarray(first, end)))
  const header: Header = {
    tasks: chunk.tasks,
    first,
    count: end - first,
    columns: columns.map(({ column }) => column) as Header['columns'],
  }
  const line = Buffer.from(`${JSON.stringify(header)}\n`)
  const loss = chunk.loss.subarray(first, end)
  return Buffer.concat([
    line,
    ...columns.map(({ bytes }) => bytes),
    Buffer.from(loss.buffer, loss.byteOffset, loss.byteLength),
  ])
}

/** The inverse of encodeChunk. Throws a StoreError 'damaged'. */
export function decodeChunk(chunk: number, bytes: Uint8Array): StepChunk {
  const decoded = emptyChunk(chunk)
  const header = readHeader(chunk, bytes)
  decoded.tasks = header.tasks
  let at = bytes.indexOf(0x0a) + 1
  const places = [decoded.task, decoded.epoch, decoded.tokens]
  header.columns.forEach((column, c) => {
    widen(
      bytes.subarray(at, at + header.count * column.bytes),
      column,
      places[c].subarray(header.first, header.first + header.count),
    )
    at += header.count * column.bytes
  })
  new Uint8Array(decoded.loss.buffer, header.first * 4, header.count * 4).set(bytes.subarray(at))
  if (decoded.task.some((task) => task > header.tasks.length)) throw damaged(chunk)
  return decoded
}

function readHeader(chunk: number, bytes: Uint8Array): Header {
  try {
    const end = bytes.indexOf(0x0a)
    const header = JSON.parse(Buffer.from(bytes.subarray(0, Math.max(0, end))).toString('utf8')) as Header
    const size = header.columns.reduce((total, { bytes }) => total + bytes * header.count, 4 * header.count)
    if (header.first + header.count > CHUNK_STEPS || end + 1 + size !== bytes.length) throw damaged(chunk)
    return header
  } catch (error) {
    throw error instanceof StoreError ? error : damaged(chunk, error)
  }
}

function narrow(values: Uint32Array): { column: Column; bytes: Buffer } {
  let least = 0xffffffff
  let most = 0
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const range = most - least
  const bytes = range === 0 ? 0 : range <= 0xff ? 1 : range <= 0xffff ? 2 : 4
  const differences = widthArray(bytes, new ArrayBuffer(values.length * bytes))
  differences?.set(values.map((value) => value - least))
  return {
    column: { least, bytes },
    bytes: differences === null ? Buffer.alloc(0) : Buffer.from(differences.buffer as ArrayBuffer),
  }
}

function widen(bytes: Uint8Array, column: Column, into: Uint32Array): void {
  // A copy, because the column may begin at an odd address.
  const values = widthArray(column.bytes, new Uint8Array(bytes).buffer)
  for (let i = 0; i < into.length; i++) into[i] = column.least + (values === null ? 0 : values[i])
}

function widthArray(bytes: Column['bytes'], buffer: ArrayBuffer): Uint8Array | Uint16Array | Uint32Array | null {
  return bytes === 0
    ? null
    : bytes === 1
      ? new Uint8Array(buffer)
      : bytes === 2
        ? new Uint16Array(buffer)
        : new Uint32Array(buffer)
}

function damaged(chunk: number, cause?: unknown): StoreError {
  return new StoreError(
    'damaged',
    `Step metrics ${chunk * CHUNK_STEPS} to ${(chunk + 1) * CHUNK_STEPS - 1} are damaged.`,
    cause,
  )
}
