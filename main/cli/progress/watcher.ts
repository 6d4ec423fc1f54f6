/** Shows a run's progress: live on a terminal, as lines in a pipe, or as JSON. */
import type { RunEvent } from '../../../shared/protocol/events.ts'
import { paintFor } from '../colour.ts'
import type { Io, Output } from '../io.ts'
import { forTerminal } from '../terminalText.ts'
import { frame } from './frame.ts'
import { plainLines, tally } from './plain.ts'
import type { ProgressState } from '../../../shared/runs/progress.ts'

export interface Watcher {
  onEvent(event: RunEvent): void
  /** Shows a line from the command itself, such as "stopping at a checkpoint…". */
  note(text: string): void
  /** Removes the live lines. */
  close(): void
}

const REDRAW_MS = 100

export async function watcherFor(io: Io, state: ProgressState, json: { steps: boolean } | null): Promise<Watcher> {
  if (json !== null) return jsonWatcher(io, json.steps)
  return io.stdout.isTTY && io.env.TERM !== 'dumb' ? liveWatcher(io, state) : plainWatcher(io, state)
}

/** One event per line. Steps are many, so they are printed only on request. */
function jsonWatcher(io: Io, steps: boolean): Watcher {
  return {
    onEvent(event) {
      if (event.type !== 'steps' || steps) io.stdout.writeData(`${JSON.stringify(event)}\n`)
    },
    note: (text) => io.stderr.write(`${text}\n`),
    close() {},
  }
}

function plainWatcher(io: Io, state: ProgressState): Watcher {
  return {
    onEvent(event) {
      const output = event.type === 'warning' ? io.stderr : io.stdout
      for (const line of plainLines(event, state)) output.write(`${line}\n`)
      state.take(event)
      if (event.type === 'trainingEnd') io.stdout.write(`${tally(state)}\n`)
    },
    note: (text) => io.stdout.write(`${text}\n`),
    close() {},
  }
}

async function liveWatcher(io: Io, state: ProgressState): Promise<Watcher> {
  // Loaded only here: it would delay the start of every command.
  const { createLogUpdate } = await import('log-update')
  const live = createLogUpdate(terminalOf(io.stdout))
  const paint = paintFor(io.stdout, io)
  const waiting: string[] = []
  let note = ''
  let drawnAt = 0
  const persist = () => {
    if (waiting.length > 0) live.persist(waiting.splice(0).map(forTerminal).join('\n'))
  }
  const draw = (now: number) => {
    drawnAt = now
    persist()
    live(frame(state, io.stdout.columns, now, paint, note).map(forTerminal).join('\n'))
  }
  const drawIfDue = () => {
    const now = Date.now()
    if (now - drawnAt >= REDRAW_MS) draw(now)
  }
  // Redraws without events too: the clock must not stop while a large file is read.
  const timer = setInterval(drawIfDue, REDRAW_MS)
  timer.unref()
  return {
    onEvent(event) {
      waiting.push(...permanentLines(event, state))
      state.take(event)
      drawIfDue()
    },
    note(text) {
      note = text
      draw(Date.now())
    },
    close() {
      clearInterval(timer)
      live.clear()
      persist()
      live.done()
    },
  }
}

/** The output as log-update wants it: a stream of which it uses the size and `write`. */
function terminalOf(output: Output): NodeJS.WriteStream {
  return {
    write: (sequence: string) => output.control(sequence),
    get isTTY() {
      return output.isTTY
    },
    get columns() {
      return output.columns
    },
    get rows() {
      return output.rows
    },
  } as unknown as NodeJS.WriteStream
}

/**
 * Lines that stay on the screen: stages, ends of trainings, chosen subnets and warnings. Epochs show in the live
 * lines.
 */
function permanentLines(event: RunEvent, state: ProgressState): string[] {
  return event.type === 'epoch' || event.type === 'trainingStart' ? [] : plainLines(event, state)
}
