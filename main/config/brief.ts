/** Values in messages. Apart from expected.ts, which needs the schema: most commands do not load it. */

/** Text or a value as JSON, shortened; `quote` '' leaves text without quotes. */
export function brief(value: unknown, quote: '"' | '' = '"'): string {
  // JSON has no word for NaN and infinities.
  const text = typeof value === 'number' || (quote === '' && typeof value === 'string') ? String(value) : json(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}

/** Long lists are cut before they are written. */
function json(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.slice(0, 60) : value)
}
