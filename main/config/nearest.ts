/** Finds what a mistyped name was probably meant to be. */

/**
 * Names closest to the given one, best first, at most three; empty where nothing is near. Case, "-" and "_" do not
 * count. A name that is right but for its group (epochs for imp.epochs) is near however long the group, and so is
 * the beginning of a name.
 */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  const wanted = plain(name)
  const limit = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)))
  const ranked = [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, plain(candidate)) }))
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

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

function distanceTo(wanted: string, candidate: string): number {
  const whole = editDistance(wanted, candidate)
  const leaf = wanted.slice(wanted.lastIndexOf('.') + 1)
  const sameLeaf = candidate.slice(candidate.lastIndexOf('.') + 1) === leaf
  const begun = wanted.length >= 3 && candidate.startsWith(wanted)
  return sameLeaf || begun ? Math.min(whole, 1) : whole
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
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
