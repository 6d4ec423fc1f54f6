/** The last lines of a terminal, redrawn in place; what is printed for good goes above them. */
import type { Output } from '../io.ts'

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_LINE = '\x1b[K'
const CLEAR_BELOW = '\x1b[J'

export class LiveRegion {
  private readonly output: Output
  private height = 0
  private hidden = false
  private readonly restore = () => this.close()

  constructor(output: Output) {
    this.output = output
    // However the process ends, short of being killed outright, the user gets the cursor back.
    process.once('exit', this.restore)
  }

  /** Replaces the region; `above` stays for good. Lines of the region must fit the terminal's width. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const hide = this.hidden ? '' : HIDE_CURSOR
    this.hidden = true
    // One write a frame, and lines overwritten rather than erased first: no flicker.
    const text = [...above, ...lines].map((line) => `${line}${CLEAR_LINE}\n`).join('')
    this.output.write(hide + this.toTop() + text + CLEAR_BELOW)
    this.height = lines.length
  }

  /** Removes the region and gives the cursor back. */
  close(above: readonly string[] = []): void {
    process.off('exit', this.restore)
    if (!this.hidden && above.length === 0) return
    this.output.write(this.toTop() + CLEAR_BELOW + above.map((line) => `${line}\n`).join('') + SHOW_CURSOR)
    this.height = 0
    this.hidden = false
  }

  private toTop(): string {
    return this.height === 0 ? '' : `\x1b[${this.height}A\r`
  }
}
