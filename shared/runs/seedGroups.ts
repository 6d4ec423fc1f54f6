/** Runs that differ by seed alone, shown as one. No DOM. */

/** What the names have in common at their beginning, without a rest of the seed: "exp1" of "exp1, seed 1" and so on. */
export function seedGroupName(names: readonly string[]): string {
  const [first, ...others] = names
  if (others.every((name) => name === first)) return first
  let length = first.length
  for (const name of others) {
    let same = 0
    while (same < Math.min(length, name.length) && name[same] === first[same]) same++
    length = same
  }
  // A seed of several digits may begin alike.
  const common = first
    .slice(0, length)
    .replace(/\d+$/, '')
    .replace(/[\s,;:·_#=(-]*(seed)?[\s,;:·_#=(-]*$/i, '')
  return common.length < 2 ? first : common
}
