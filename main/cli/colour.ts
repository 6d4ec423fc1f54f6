/** Colours, if the output is a terminal and the user wants them (no-color.org). */
import type { Io, Output } from './io.ts'
import { styled } from './terminalText.ts'

export interface Paint {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  warn(text: string): string
}

export function paintFor(output: Output, io: Pick<Io, 'env'>): Paint {
  const on = output.isTTY && !io.env.NO_COLOR && io.env.TERM !== 'dumb'
  const style = (format: Parameters<typeof styled>[0]) => (text: string) => (on ? styled(format, text) : text)
  return { bold: style('bold'), dim: style('dim'), good: style('green'), warn: style('yellow') }
}
