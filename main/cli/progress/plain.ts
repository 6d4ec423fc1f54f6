/** Progress as permanent lines: for pipes, log files and terminals that cannot move the cursor. */
import type { RunEvent } from '../../../shared/protocol/events.ts'
import { trainingKey } from '../../../shared/runs/training.ts'
import { counted, duration, grouped, percent, score } from '../../../shared/util/format.ts'
import type { ProgressState } from '../../../shared/runs/progress.ts'
import { densities, devScores, epochLoss, label, speed, timeLeft } from '../../../shared/runs/names.ts'

/** The lines to print for an event, given the state before it. */
export function plainLines(event: RunEvent, state: ProgressState): string[] {
  switch (event.type) {
    case 'stage':
      return [event.message]
    case 'warning':
      return [`warning: ${event.message}`]
    case 'trainingStart':
      return [startLine(event)]
    case 'epoch':
      return [epochLine(event, state)]
    case 'trainingEnd':
      return [endLine(event)]
    case 'ticketChosen':
      return [choiceLine(event)]
    case 'steps':
    case 'status':
      return []
  }
}

type Start = Extract<RunEvent, { type: 'trainingStart' }>
function startLine({ id, density, totalSteps, totalEpochs, resumedAtStep }: Start): string {
  const resumed = resumedAtStep > 0 ? `, resumed at step ${grouped(resumedAtStep)}` : ''
  const length = `${counted(totalEpochs, 'epoch')}, ${counted(totalSteps, 'step')}`
  return `${label(id)}: ${densities(density)}, ${length}${resumed}`
}

type Epoch = Extract<RunEvent, { type: 'epoch' }>
function epochLine({ id, metric }: Epoch, state: ProgressState): string {
  const training = state.active.get(trainingKey(id))
  const rate =
    training !== undefined && metric.trainSeconds > 0 && training.epochTokens > 0
      ? training.epochTokens / metric.trainSeconds
      : null
  const parts = [
    `${label(id)}: epoch ${metric.epoch + 1}${training === undefined ? '' : `/${training.totalEpochs}`}`,
    epochLoss(metric),
    `${devScores(metric.dev)}${metric.best ? ' (best)' : ''}`,
    speed(rate),
    duration(metric.trainSeconds + metric.evalSeconds),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

type End = Extract<RunEvent, { type: 'trainingEnd' }>
function endLine({ id, result }: End): string {
  const best = `best ${devScores(result.dev)} at epoch ${result.bestEpoch + 1} of ${result.epochs}`
  return `${label(id)} (${densities(result.density)}): ${best}`
}

type Choice = Extract<RunEvent, { type: 'ticketChosen' }>
export function choiceLine({ task, round, density, dev }: Choice): string {
  return `${task}: chose the subnet of round ${round}, density ${percent(density)}, dev ${score(dev)}`
}

/** "12 of 63 trainings done, at most 2 h 5 min left". */
export function tally(state: ProgressState): string {
  const { done, planned } = state.count()
  return [`${done} of ${planned} trainings done`, timeLeft(state.timeLeft())].filter((part) => part !== '').join(', ')
}
