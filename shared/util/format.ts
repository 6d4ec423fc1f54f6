/** Numbers as people read them, on the command line and in the window. */

/** 1234567 → "1,234,567". */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
}

/** 1, 'epoch' → "1 epoch"; 1500, 'step' → "1,500 steps". */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Parameters in thousands, as the paper prints them: 533930 → "534k". */
export function thousands(count: number): string {
  return `${Math.round(count / 1000)}k`
}

/** 0.5012 → "50.12 %". */
export function percent(fraction: number, digits = 2): string {
  return `${(100 * fraction).toFixed(digits)} %`
}

/** A score, already in percent: 89.392 → "89.39"; "–" where there is none. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2)
}

/** Tokens per second and the like: 950 → "950", 12345 → "12.3k", 2.5e6 → "2.5M". */
export function compact(value: number): string {
  if (value < 1000) return value.toFixed(0)
  if (value < 99_950) return `${(value / 1000).toFixed(1)}k`
  return value < 999_500 ? `${(value / 1000).toFixed(0)}k` : `${(value / 1e6).toFixed(1)}M`
}

/** 75 → "1 min 15 s", 7500 → "2 h 5 min"; the two largest units only. */
export function duration(seconds: number): string {
  const s = Math.round(seconds)
  if (s < 60) return `${seconds < 10 && s !== seconds ? seconds.toFixed(1) : s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min${s % 60 === 0 ? '' : ` ${s % 60} s`}`
  const [days, hours, minutes] = [Math.floor(s / 86_400), Math.floor((s % 86_400) / 3600), Math.floor((s % 3600) / 60)]
  if (days > 0) return `${days} d${hours === 0 ? '' : ` ${hours} h`}`
  return `${hours} h${minutes === 0 ? '' : ` ${minutes} min`}`
}

/** Local time to the minute, or "–". */
export function when(iso: string | null): string {
  if (iso === null) return '–'
  const date = new Date(iso)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** 2048 → "2.0 kB". */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  return `${power === 0 ? count : (count / 1000 ** power).toFixed(1)} ${units[power]}`
}
