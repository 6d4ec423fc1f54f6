/** Ids of runs: short, and sorted by the time of creation. */

const SLOTS = 0x10000
const DAY_SECONDS = 86_400

/**
 * The id of a run created at `now`, e.g. `20261123-ae14`: the UTC day, then the time of day in 65,536ths in hex.
 * `last` is the highest id in use. The new id is above it, also when runs are created at once or the clock goes back.
 */
export function newRunId(now: Date, last: string | null): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  const seconds = (now.getTime() / 1000) % DAY_SECONDS
  const id = format(day, Math.floor((seconds / DAY_SECONDS) * SLOTS))
  return last === null || id > last ? id : successor(last)
}

function successor(id: string): string {
  const [day, slot] = id.split('-')
  // Beyond the day's last slot the text grows: ffff, ffff0001, … still sort in order.
  if (slot.length > 4) return `${day}-ffff${(Number.parseInt(slot.slice(4), 16) + 1).toString(16).padStart(4, '0')}`
  return slot === 'ffff' ? `${id}0001` : format(day, Number.parseInt(slot, 16) + 1)
}

function format(day: string, slot: number): string {
  return `${day}-${slot.toString(16).padStart(4, '0')}`
}
