/** Numbers as the window writes them, beside those of shared/util/format.ts. No DOM. */

/** A count of parameters: 1602154 → "1.60 M", 252300 → "252 k", 950 → "950". */
export function millions(count: number): string {
  if (count >= 999_500) return `${(count / 1e6).toFixed(2)} M`
  return count >= 1000 ? `${Math.round(count / 1000)} k` : String(count)
}

/** How many times as much: three digits, "1.05 ×", "26.5 ×", "348 ×"; "–" for infinity. */
export function times(ratio: number): string {
  if (!Number.isFinite(ratio)) return '–'
  const digits = ratio >= 99.95 ? 0 : ratio >= 9.995 ? 1 : 2
  return `${ratio.toFixed(digits)} ×`
}
