/**
 * For reading: the words of a sentence on one line and the tags of each task below, wrapped at the width of the
 * terminal.
 */
import type { TaggedSentence } from '../../shared/tags/taggedText.ts'
import type { SentenceTags, TaggedTask, TextPaint } from '../../shared/tags/tagging.ts'

const GAP = 2

export function textWriter({
  tasks,
  columns,
  paint,
}: {
  tasks: readonly TaggedTask[]
  columns: number
  paint: TextPaint
}): (tagged: TaggedSentence) => string {
  const margin = Math.max(...tasks.map(({ name }) => name.length)) + GAP
  return ({ sentence: { words }, tasks: found }) => {
    const cells = found.map((task) => cellsOf(task, words.length))
    const widths = words.map((word, t) =>
      Math.max(displayWidth(word), ...cells.map((row) => displayWidth(row[t].text))),
    )
    const lines: string[] = []
    for (let from = 0; from < words.length;) {
      const to = fitting(widths, from, columns - margin)
      const line = (name: string, texts: (t: number) => string, gap: (t: number) => string) => {
        let text = paint.dim(name.padEnd(margin))
        for (let t = from; t < to; t++) text += texts(t) + (t + 1 < to ? gap(t) : '')
        lines.push(text.trimEnd())
      }
      line(
        '',
        (t) => paint.bold(padded(words[t], widths[t])),
        () => ' '.repeat(GAP),
      )
      found.forEach(({ task }, i) =>
        line(
          task,
          (t) => drawn(cells[i][t], widths[t], paint),
          (t) => (cells[i][t].continues ? paint.good('─'.repeat(GAP)) : ' '.repeat(GAP)),
        ),
      )
      from = to
    }
    return `${lines.join('\n')}\n\n`
  }
}

interface Cell {
  text: string
  /** Whether the token is part of a span, drawn as a line under its words. */
  span: boolean
  /** Whether that line continues under the next token. */
  continues: boolean
}

/** A span shows its type under its first word and a line under all its words. */
function cellsOf({ tags, spans }: SentenceTags, length: number): Cell[] {
  if (spans === null) return tags.map((text) => ({ text, span: false, continues: false }))
  const cells = Array.from({ length }, (): Cell => ({ text: '', span: false, continues: false }))
  for (const { type, from, to } of spans) {
    for (let t = from; t < to; t++)
      cells[t] = { text: t === from ? type || '●' : '', span: true, continues: t + 1 < to }
  }
  return cells
}

function drawn({ text, span, continues }: Cell, width: number, paint: TextPaint): string {
  if (!span) return padded(text, width)
  const rest = width - displayWidth(text)
  return paint.good(text + (continues || text === '' ? '─' : ' ').repeat(rest))
}

const padded = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - displayWidth(text)))

/** End (exclusive) of the tokens that fit on a line that begins with token `from`; at least one fits. */
function fitting(widths: number[], from: number, room: number): number {
  let to = from
  for (let used = 0; to < widths.length; to++) {
    used += widths[to] + (to > from ? GAP : 0)
    if (used > room && to > from) break
  }
  return to
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** Cells of a terminal that a text takes. */
function displayWidth(text: string): number {
  let width = 0
  for (const char of text) width += /[\p{M}\u200b-\u200d\ufe0f]/u.test(char) ? 0 : WIDE.test(char) ? 2 : 1
  return width
}
