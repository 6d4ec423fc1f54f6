/** The result table: methods as rows, dev and test scores of every task, parameters as the paper counts them. */
import { own } from '../../../shared/util/nested.ts'
import { METHOD_NAMES } from '../../../shared/settings/methods.ts'
import type { Report } from '../../../shared/runs/report.ts'
import { score, thousands } from '../../../shared/util/format.ts'
import { wrap } from '../../config/wrap.ts'
import type { Paint } from '../colour.ts'
import { table } from '../table.ts'

export function resultLines(report: Report, width: number, paint: Paint): string[] {
  const { tasks, methods } = report
  const withTest = tasks.some((task) => task.test !== null)
  const columns = [
    { title: '\nmethod' },
    ...tasks.flatMap(({ name }) => [
      { title: `${name}\ndev`, align: 'right' as const },
      ...(withTest ? [{ title: '\ntest', align: 'right' as const }] : []),
    ]),
    { title: '\n# params', align: 'right' as const },
  ]
  const rows = methods.map(({ method, scores, params }) => [
    METHOD_NAMES[method],
    ...tasks.flatMap(({ name }) => [
      score(own(scores, name)?.dev.value),
      ...(withTest ? [score(own(scores, name)?.test?.value)] : []),
    ]),
    thousands(params),
  ])
  return [
    paint.bold('Results'),
    ...table(columns, rows, { width, keep: withTest ? 2 : 1 }),
    '',
    ...explanation(report, withTest).flatMap((line) => wrap(line, width)),
  ]
}

/** What the numbers mean. */
function explanation({ tasks }: Report, withTest: boolean): string[] {
  const named = (kind: string) => tasks.filter((task) => task.score === kind).map(({ name }) => name)
  const [accuracy, spans] = [named('accuracy'), named('spanF1')]
  const what = [
    ...(accuracy.length > 0 ? [`${accuracy.join(', ')}: token accuracy`] : []),
    ...(spans.length > 0 ? [`${spans.join(', ')}: span F1 (conlleval)`] : []),
  ]
  return [
    `Percent; ${what.join('; ')}.`,
    'Epochs and subnets were chosen by dev ' +
      `score${withTest ? '; test was read once, at the end' : '; there is no test file'}.`,
    '# params: convolution and BiLSTM weights and biases, as the paper counts them.',
  ]
}
