/** How the subnets of a run change over its rounds: their densities by layer, and the overlap of each pair. */
import { chanceOverlap } from './chance.ts'
import { densityByLayer, overlapRatio, type Mask } from './mask.ts'

export interface RoundDensity {
  task: string
  round: number
  /** In the order of the network; of the whole network first, with the layer null. */
  layers: { layer: string | null; density: number }[]
}

export interface RoundOverlap {
  tasks: [string, string]
  round: number
  /** The paper's overlap ratio of the pair, |A ∩ B| / |A ∪ B|. */
  overlap: number
  /** That of random subnets with the same density in each layer. */
  chance: number
}

export interface Evolution {
  densities: RoundDensity[]
  /** Pairs in the order of the tasks; rounds that both have. */
  overlaps: RoundOverlap[]
}

/** `maskOf` is called once per mask. */
export function evolutionOf(
  tasks: readonly string[],
  masks: readonly { task: string; round: number }[],
  maskOf: (task: string, round: number) => Mask,
): Evolution {
  const densities: RoundDensity[] = []
  const overlaps: RoundOverlap[] = []
  const rounds = [...new Set(masks.map(({ round }) => round))].toSorted((a, b) => a - b)
  for (const round of rounds) {
    const present = tasks
      .filter((task) => masks.some((one) => one.task === task && one.round === round))
      .map((task) => ({ task, mask: maskOf(task, round) }))
    for (const { task, mask } of present) {
      const layers = densityByLayer(mask)
      const sum = (of: (layer: (typeof layers)[number]) => number) => layers.reduce((all, one) => all + of(one), 0)
      const whole = {
        layer: null,
        density:
          sum(({ kept }) => kept) /
          Math.max(
            1,
            sum(({ size }) => size),
          ),
      }
      densities.push({ task, round, layers: [whole, ...layers.map(({ layer, density }) => ({ layer, density }))] })
    }
    present.forEach((one, i) => {
      for (const other of present.slice(i + 1)) {
        const pair = [one.mask, other.mask]
        overlaps.push({
          tasks: [one.task, other.task],
          round,
          overlap: overlapRatio(pair),
          chance: chanceOverlap(pair),
        })
      }
    })
  }
  const byTask = (a: { task: string }, b: { task: string }) => tasks.indexOf(a.task) - tasks.indexOf(b.task)
  return {
    densities: densities.toSorted((a, b) => byTask(a, b) || a.round - b.round),
    overlaps: overlaps.toSorted(
      (a, b) =>
        tasks.indexOf(a.tasks[0]) - tasks.indexOf(b.tasks[0]) ||
        tasks.indexOf(a.tasks[1]) - tasks.indexOf(b.tasks[1]) ||
        a.round - b.round,
    ),
  }
}
