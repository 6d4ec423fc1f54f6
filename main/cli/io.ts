/** The world as commands see it: streams, environment and signals, replaceable in tests. */

export interface Output {
  write(text: string): void
  readonly isTTY: boolean
  /** Width of the terminal, or what a reader of a pipe is assumed to have. */
  readonly columns: number
  /** Resolves once what was written is on its way, so that a slow reader does not fill the memory. */
  drained(): Promise<void>
}

export interface Io {
  /** Is not touched before it is read. */
  stdin: { bytes(): AsyncIterable<Uint8Array>; readonly isTTY: boolean }
  stdout: Output
  stderr: Output
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Asks a question on the terminal; null where nobody is there to answer. */
  ask(question: string): Promise<string | null>
  /** Calls back at every SIGINT and SIGTERM until the returned function is called. */
  onSignal(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Leaves at once, without unwinding: the second Ctrl-C. */
  exit(code: number): void
}

export const EXIT = { ok: 0, failure: 1, usage: 2, stopped: 130 } as const

const PIPE_COLUMNS = 100

/** The process's own streams and signals. */
export function processIo(): Io {
  return {
    stdin: {
      bytes: () => process.stdin,
      get isTTY() {
        return process.stdin.isTTY === true
      },
    },
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    ask: askOnTerminal,
    onSignal: listenToSignals,
    exit: (code) => process.exit(code),
  }
}

function output(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) is no failure of ours; without a listener it would be an uncaught error.
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure))
  return {
    write: (text) => void stream.write(text),
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.isTTY === true && stream.columns > 0 ? stream.columns : PIPE_COLUMNS
    },
    drained: () =>
      stream.writableNeedDrain ? new Promise((resolve) => stream.once('drain', resolve)) : Promise.resolve(),
  }
}

async function askOnTerminal(question: string): Promise<string | null> {
  if (process.stdin.isTTY !== true) return null
  const { createInterface } = await import('node:readline/promises')
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await prompt.question(question)
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
