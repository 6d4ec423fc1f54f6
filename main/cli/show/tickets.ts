/** The IMP curve: dev score against density for each task, and the chosen subnet. */
import type { CandidatePoint, Curve } from '../../../shared/runs/curves.ts'
import { grouped, percent, score } from '../../../shared/util/format.ts'
import type { Paint } from '../colour.ts'
import { table } from '../table.ts'

export function ticketLines(curves: readonly Curve[], width: number, paint: Paint): string[] {
  if (curves.every(({ candidates }) => candidates.length === 0)) return []
  return [
    paint.bold('Subnets: dev score after each round of pruning'),
    ...candidateTable(curves, width),
    '',
    ...choices(curves),
    ...(curves.some(({ candidates }) => candidates.some(({ searchOnly }) => searchOnly))
      ? ['(…) = a short round that only found a mask: not comparable, and not a candidate for the choice.']
      : []),
  ]
}

/**
 * Rounds as rows. Between tasks, the density of a round can differ by one weight; the column shows that of the first.
 */
function candidateTable(curves: readonly Curve[], width: number): string[] {
  const rounds = Math.max(...curves.flatMap(({ candidates }) => candidates.map(({ round }) => round))) + 1
  const at = (curve: Curve, round: number) => curve.candidates.find((candidate) => candidate.round === round)
  const rows = Array.from({ length: rounds }, (_, round) => {
    const first = curves.map((curve) => at(curve, round)).find((candidate) => candidate !== undefined)
    return [
      String(round),
      first === undefined ? '–' : percent(first.density),
      ...curves.map((curve) => cell(at(curve, round), curve.chosen === round)),
    ]
  })
  const columns = [
    { title: 'round', align: 'right' as const },
    { title: 'density', align: 'right' as const },
    ...curves.map(({ task }) => ({ title: `${task}  `, align: 'right' as const })),
  ]
  return table(columns, rows, { width, fixed: 2 })
}

function cell(candidate: CandidatePoint | undefined, isChosen: boolean): string {
  if (candidate?.searchOnly) return `(${score(candidate.dev)}) `
  return `${score(candidate?.dev)}${isChosen ? ' *' : '  '}`
}

/** "ner  ▃▅▇█▆  * round 5, density 56.23 % (298,000 weights), dev 89.39". */
function choices(curves: readonly Curve[]): string[] {
  const name = Math.max(...curves.map(({ task }) => task.length))
  return curves
    .filter(({ candidates }) => candidates.length > 0)
    .map(({ task, candidates, chosen }) => {
      const best = candidates.find(({ round }) => round === chosen)
      const kept = best === undefined || best.kept === null ? '' : ` (${grouped(best.kept)} weights)`
      const choice =
        best === undefined
          ? 'not chosen yet'
          : `* round ${best.round}, density ${percent(best.density)}${kept}, dev ${score(best.dev)}`
      return `${task.padEnd(name)}  ${sparkline(candidates.filter(({ searchOnly }) => !searchOnly).map(({ dev }) => dev))}  ${choice}`
    })
}

const LEVELS = '▁▂▃▄▅▆▇█'

/** The values as a row of bars, scaled from the lowest to the highest. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const level = (value: number) => (high === low ? 7 : Math.round((7 * (value - low)) / (high - low)))
  return values.map((value) => LEVELS[level(value)]).join('')
}
