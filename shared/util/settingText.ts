/** The value of a setting as text, wherever people read it. */

/** 0.10874906186625444 → "0.1087", null → "none", true → "yes", lists with commas, anything deeper as JSON. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(settingText).join(', ') : JSON.stringify(value)
}
