/** Tells a run's progress on the streams given: live, in lines, or as JSON. */
import type { RunEvent } from '../../../shared/protocol/events.ts'
import { paintFor } from '../colour.ts'
import type { Io } from '../io.ts'
import { frame } from './frame.ts'
import { LiveRegion } from './liveRegion.ts'
import { plainLines, tally } from './plain.ts'
import type { ProgressState } from '../../../shared/runs/progress.ts'

export interface Watcher {
  onEvent(event: RunEvent): void
  /** A line from the command itself, such as "stopping at a checkpoint…". */
  note(text: string): void
  /** Takes away what is temporary. */
  close(): void
}

const REDRAW_MS = 100

export function watcherFor(io: Io, state: ProgressState, json: { steps: boolean } | null): Watcher {
  if (json !== null) return jsonWatcher(io, json.steps)
  return io.stdout.isTTY && io.env.TERM !== 'dumb' ? liveWatcher(io, state) : plainWatcher(io, state)
}

/** One event a line. Single steps are many; they are told only where asked for. */
function jsonWatcher(io: Io, steps: boolean): Watcher {
  return {
    onEvent(event) {
      if (event.type !== 'steps' || steps) io.stdout.write(`${JSON.stringify(event)}\n`)
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

function liveWatcher(io: Io, state: ProgressState): Watcher {
  const region = new LiveRegion(io.stdout)
  const paint = paintFor(io.stdout, io)
  const waiting: string[] = []
  let note = ''
  let drawnAt = 0
  const draw = (now: number) => {
    drawnAt = now
    region.draw(frame(state, io.stdout.columns, now, paint, note), waiting.splice(0))
  }
  const drawIfDue = () => {
    const now = Date.now()
    if (now - drawnAt >= REDRAW_MS) draw(now)
  }
  // Also without events: the clock goes on while a large file is read.
  const timer = setInterval(drawIfDue, REDRAW_MS)
  timer.unref()
  return {
    onEvent(event) {
      waiting.push(...livePrint(event, state))
      state.take(event)
      drawIfDue()
    },
    note(text) {
      note = text
      draw(Date.now())
    },
    close() {
      clearInterval(timer)
      region.close(waiting.splice(0))
    },
  }
}

/** Epochs pass in the picture; what stays on the screen are stages, ends of trainings, choices and warnings. */
function livePrint(event: RunEvent, state: ProgressState): string[] {
  return event.type === 'epoch' || event.type === 'trainingStart' ? [] : plainLines(event, state)
}
