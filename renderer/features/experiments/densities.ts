/** The lines of an experiment's density chart. No DOM. */
import type { SubnetReport } from '../../../shared/runs/experiments.ts'
import { percent, score } from '../../../shared/util/format.ts'
import type { Line } from '../../charts/series.ts'

/** Mean dev score against density, one line per task; rounds that a seed chose are marked. */
export function densitySpreads(subnets: readonly SubnetReport[]): Line[] {
  return subnets.map(({ task, rounds, chosen }, i) => ({
    name: task,
    colour: { task: i },
    points: rounds.map(({ round, density, dev }) => {
      const seeds = chosen.filter((one) => one.round === round).map(({ seed }) => seed)
      const deviation = dev.deviation === null ? '' : ` ± ${score(dev.deviation)}`
      const marked = seeds.length > 0
      return {
        x: density,
        y: dev.mean,
        marked,
        label: `round ${round}, density ${percent(density)}, n ${dev.values.length}${deviation}${marked ? `, chosen with seed ${seeds.join(', ')}` : ''}`,
      }
    }),
  }))
}
