/** Streams, environment and signals as commands see them; tests replace them. */
import { forTerminal } from './terminalText.ts'

export interface Output {
  /** Text for people. Control characters in it are escaped. */
  write(text: string): void
  /** Content that a program may read (JSON, YAML, tagged text): unchanged, unless a terminal shows it. */
  writeData(text: string): void
  /** Sequences that move the cursor. Never pass text of a user through it without `forTerminal`. */
  control(sequence: string): void
  readonly isTTY: boolean
  /** Width of the terminal; for a pipe, a usual width. */
  readonly columns: number
  /** Height of the terminal. */
  readonly rows: number
  /** Resolves once the reader has caught up, so that a slow one does not fill the memory. */
  drained(): Promise<void>
}

export interface Io {
  /** Not touched until it is read. */
  stdin: { bytes(): AsyncIterable<Uint8Array>; readonly isTTY: boolean }
  stdout: Output
  stderr: Output
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Asks a question on the terminal; null if there is none. */
  ask(question: string): Promise<string | null>
  /** Calls back at every SIGINT and SIGTERM until the returned function is called. */
  onSignal(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Exits at once, without unwinding: the second Ctrl-C. */
  exit(code: number): void
}

export const EXIT = { ok: 0, failure: 1, usage: 2, stopped: 130, pipeClosed: 141 } as const

const PIPE_COLUMNS = 100
const USUAL_ROWS = 24

/** The process's own streams and signals. */
export function processIo(): Io {
  return {
    stdin: {
      bytes: () => process.stdin,
      get isTTY() {
        return process.stdin.isTTY === true
      },
    },
    stdout: streamOutput(process.stdout, 'standard output'),
    stderr: streamOutput(process.stderr, null),
    env: process.env,
    cwd: process.cwd(),
    ask: askOnTerminal,
    onSignal: listenToSignals,
    exit: (code) => process.exit(code),
  }
}

/** An Output over a function that writes. */
export function outputTo(
  raw: (text: string) => void,
  sizes: { readonly isTTY: boolean; readonly columns: number; readonly rows: number },
  drained: () => Promise<void> = () => Promise.resolve(),
): Output {
  return {
    write: (text) => raw(forTerminal(text)),
    writeData: (text) => raw(sizes.isTTY ? forTerminal(text) : text),
    control: raw,
    get isTTY() {
      return sizes.isTTY
    },
    get columns() {
      return sizes.columns
    },
    get rows() {
      return sizes.rows
    },
    drained,
  }
}

/** `name` is used in the error of a stream that cannot be written; null: there is nowhere left to report it. */
function streamOutput(stream: NodeJS.WriteStream, name: string | null): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => leaveOn(error, name))
  return outputTo(
    (text) => void stream.write(text),
    {
      get isTTY() {
        return stream.isTTY === true
      },
      get columns() {
        return stream.isTTY === true && stream.columns > 0 ? stream.columns : PIPE_COLUMNS
      },
      get rows() {
        return stream.isTTY === true && stream.rows > 0 ? stream.rows : USUAL_ROWS
      },
    },
    () => (stream.writableNeedDrain ? new Promise((resolve) => stream.once('drain', resolve)) : Promise.resolve()),
  )
}

/** A reader that closed its end (`| head`) is no failure: the exit code is that of a program ended by SIGPIPE. */
function leaveOn(error: NodeJS.ErrnoException, name: string | null): never {
  if (error.code === 'EPIPE') process.exit(EXIT.pipeClosed)
  const reason = error.code === 'ENOSPC' ? 'no space left on the device' : error.message
  if (name !== null) process.stderr.write(`error: ${name} cannot be written: ${reason} (${error.code})\n`)
  process.exit(EXIT.failure)
}

async function askOnTerminal(question: string): Promise<string | null> {
  if (process.stdin.isTTY !== true) return null
  const { createInterface } = await import('node:readline/promises')
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await prompt.question(forTerminal(question))
  } finally {
    prompt.close()
  }
}

function listenToSignals(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, handler)
  return () => {
    for (const signal of signals) process.off(signal, handler)
  }
}
