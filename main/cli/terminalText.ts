/**
 * Text as a terminal may show it. Names, tokens and error messages can hold escape sequences that clear the screen,
 * move the cursor or set the title: everything printed passes through `forTerminal`, which makes them visible instead.
 */
import { randomInt } from 'node:crypto'
import { inspect } from 'node:util'

/** Marks the styles that this process sets, so that no text can imitate them. */
const KEY = `${randomInt(1000, 10_000)};${randomInt(1000, 10_000)}`

/**
 * A style of ours, or what is escaped: C0 controls except tab and line feed (and a carriage return before one), DEL, C1
 * controls, and the characters that reorder the text around them (Unicode TR 36, section 3.3).
 */
const STYLE_OR_CONTROL = new RegExp(
  `\\x1b\\[(\\d+);${KEY}m|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]|\\r(?!\\n)`,
  'g',
)

/** The text in a style that `forTerminal` lets through. `node:util` has the codes; its styleText cannot mark them. */
export function styled(format: 'bold' | 'dim' | 'green' | 'yellow', text: string): string {
  const [on, off] = inspect.colors[format]!
  return text === '' ? '' : `\x1b[${on};${KEY}m${text}\x1b[${off};${KEY}m`
}

/**
 * Control characters as JSON writes them (`\u001b`), so that escaped JSON is still the same JSON. Keeps lines and
 * tabs.
 */
export function forTerminal(text: string): string {
  return text.replaceAll(STYLE_OR_CONTROL, (found, style?: string) =>
    style === undefined ? escaped(found) : `\x1b[${style}m`,
  )
}

/**
 * The same on one line, with styles still marked: for a cell of a table, whose width must be known before it is
 * written.
 */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(STYLE_OR_CONTROL, (found, style?: string) => (style === undefined ? escaped(found) : found))
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
