/** The analysis choiceOnTest: what choosing the joint epoch on test would have given. Not a result. */
import { own } from '../../../shared/util/nested.ts'
import type { EpochChoice, Report } from '../../../shared/runs/report.ts'
import { METHOD_NAMES } from '../../../shared/settings/methods.ts'
import { score } from '../../../shared/util/format.ts'
import { wrap } from '../../config/wrap.ts'
import type { Paint } from '../colour.ts'
import { table } from '../table.ts'

const NOTE =
  'Not a result: scores whose epoch was chosen on test are too high by that choice. They show how much of a published ' +
  'gain the choice alone can give. The results are above.'

export function choiceLines({ choiceOnTest, tasks }: Report, width: number, paint: Paint): string[] {
  if (choiceOnTest === undefined || choiceOnTest.length === 0) return []
  const names = tasks.map(({ name }) => name)
  const columns = [
    { title: 'method' },
    { title: 'epoch chosen' },
    ...names.map((name) => ({ title: `${name} test`, align: 'right' as const })),
  ]
  const rows = choiceOnTest.flatMap(({ method, choices }) =>
    choices.map((choice) => [
      METHOD_NAMES[method],
      way(choice),
      ...names.map((name) => {
        const found = own(choice.tasks, name)
        return found === undefined ? '–' : `${score(found.test)} (${found.epoch + 1})`
      }),
    ]),
  )
  return [
    paint.bold('Analysis, not a result: test scores by how the joint epoch is chosen (epoch in parentheses)'),
    ...table(columns, rows, { width, fixed: 2 }),
    '',
    ...wrap(NOTE, width),
  ]
}

function way({ by, perTask }: EpochChoice): string {
  return `on ${by}${by === 'test' ? ' (analysis)' : ''}, ${perTask ? 'for each task' : 'one for all tasks'}`
}
