/** What reports: the stages of a run and what is decided in them, as events for whoever watches. */
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { TicketReport } from '../../shared/runs/report.ts'
import type { Phase } from '../../shared/runs/training.ts'

export interface Reporter {
  /** A stage begins. `message` replaces the stage's usual description. */
  stage(stage: Phase | 'test', message?: string): void
  ticketChosen(ticket: TicketReport): void
  warn(message: string): void
  notify(event: RunEvent): void
}

/** What each stage is called in messages. */
export const STAGES: Record<Phase | 'test', string> = {
  warmup: 'multi-task warmup',
  imp: 'iterative magnitude pruning',
  search: 'search for masks',
  hard: 'joint training, hard sharing',
  soft: 'joint training, soft sharing',
  hierarchical: 'joint training, hierarchical sharing',
  sparse: 'joint training, sparse sharing',
  test: 'reading the test data, once',
}

export function reporterFor(notify: (event: RunEvent) => void): Reporter {
  return {
    notify,
    stage: (stage, message = STAGES[stage]) => notify({ type: 'stage', stage, message }),
    warn: (message) => notify({ type: 'warning', message }),
    ticketChosen({ task, chosen, candidates }) {
      const { density, dev } = candidates.find(({ round }) => round === chosen)!
      notify({ type: 'ticketChosen', task, round: chosen, density, dev: dev.value })
    },
  }
}
