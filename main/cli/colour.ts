/** Colours, where there is a terminal that wants them (no-color.org). */
import type { Io, Output } from './io.ts'

export interface Paint {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  warn(text: string): string
}

export function paintFor(output: Output, io: Pick<Io, 'env'>): Paint {
  const on = output.isTTY && !io.env.NO_COLOR && io.env.TERM !== 'dumb'
  const code = (n: number, off: number) => (text: string) =>
    on && text !== '' ? `\x1b[${n}m${text}\x1b[${off}m` : text
  return { bold: code(1, 22), dim: code(2, 22), good: code(32, 39), warn: code(33, 39) }
}
