/** Suggestions for mistyped names. */

/** Names longer than this get no suggestion, and no more candidates than this are compared: both take time. */
const MAX_LENGTH = 100
const MAX_CANDIDATES = 1000

/**
 * The names closest to the given one, best first, at most three; empty if none is close. Case, "-" and "_" are
 * ignored. A name that only lacks its group (epochs for imp.epochs), or that is the beginning of a candidate, counts
 * as close.
 */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  if (name.length > MAX_LENGTH) return []
  const wanted = plain(name)
  const limit = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)))
  const ranked = [...new Set(candidates)]
    .filter(({ length }) => length <= MAX_LENGTH)
    .slice(0, MAX_CANDIDATES)
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, plain(candidate), limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]?.distance
  return ranked
    .filter(({ distance }) => distance === best)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** "; did you mean A or B?", or nothing. */
export function didYouMean(names: string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`
}

/** Suggests names for the first few problems of a check; a reader of thousands needs no more. */
export type Suggest = (name: string, candidates: () => Iterable<string>) => string

export function suggestions(limit = 20): Suggest {
  let left = limit
  return (name, candidates) => (left-- > 0 ? didYouMean(nearest(name, candidates())) : '')
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/** Infinity if the distance is certainly above the limit. */
function distanceTo(wanted: string, candidate: string, limit: number): number {
  const leaf = wanted.slice(wanted.lastIndexOf('.') + 1)
  const sameLeaf = candidate.slice(candidate.lastIndexOf('.') + 1) === leaf
  const isBeginning = wanted.length >= 3 && candidate.startsWith(wanted)
  const whole = Math.abs(wanted.length - candidate.length) > limit ? Infinity : editDistance(wanted, candidate)
  return sameLeaf || isBeginning ? Math.min(whole, 1) : whole
}

/** Number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, change)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]
}
