/**
 * Subnets that an earlier run found, in place of stage 1: as chosen there, or as a person picks them. Masks and
 * candidates are copied into the new run when it is created, so that it does not depend on the other run.
 */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { TicketReport } from '../../shared/runs/report.ts'
import { ConfigError, type Problem } from '../config/problems.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { DOCUMENTS } from '../store/artifacts.ts'
import type { DatasetRecord, RunRecord, Store } from '../store/types.ts'
import { own } from '../../shared/util/nested.ts'
import type { Needs } from './context.ts'
import { foundTickets, type Ticket } from './tickets.ts'

export interface GivenTickets {
  source: RunRecord
  tickets: TicketReport[]
  /** The config, completed by the run's full id and a round for every task. */
  config: ExperimentConfig
}

/**
 * The subnets that `config.tickets` asks for; null where it asks for none. Throws a StoreError where there is no such
 * run, a ConfigError where that run lacks one of the tasks, has another network, or lacks a requested round.
 */
export function lookUpTickets(store: Store, config: ExperimentConfig): GivenTickets | null {
  if (config.tickets.run === null) return null
  const source = store.getRun(config.tickets.run)
  const found = foundTickets(store, source)
  const problems: Problem[] = []
  const report = (message: string) =>
    problems.push({ where: null, message: `tickets.run: run ${source.id} ${message}` })
  const [wanted, available] = [Object.keys(config.tasks), Object.keys(source.config.tasks)]
  const foreign = wanted.filter((task) => !available.includes(task))
  if (foreign.length > 0)
    report(`has the tasks ${available.join(', ')}, not ${foreign.join(', ')}; it has subnets for its own tasks only`)
  const shape = shapeOf(prunableLayers({ model: config.model, wordCount: 0, charCount: 0, heads: [] }))
  const sourceShape = store.maskLayers(source.id)
  if (sourceShape !== null && shapeOf(sourceShape) !== shape)
    report(`has another network, whose subnets do not fit: ${shapeOf(sourceShape)}; this one has ${shape}`)
  if (problems.length > 0) throw new ConfigError(problems)

  const tickets = pickRounds(found, wanted, config.tickets.rounds, 'tickets.rounds', report)
  if (problems.length > 0) throw new ConfigError(problems)
  const rounds = Object.fromEntries(tickets.map(({ task, chosen }) => [task, chosen]))
  return { source, tickets, config: { ...config, tickets: { run: source.id, rounds } } }
}

/**
 * The subnet of each task: of the requested round, else the chosen one. `report` is called with each problem; `setting`
 * is the setting that requests rounds.
 */
export function pickRounds(
  found: ReturnType<typeof foundTickets>,
  tasks: string[],
  rounds: Record<string, number>,
  setting: string,
  report: (message: string) => void,
): TicketReport[] {
  return tasks.flatMap((task): TicketReport[] => {
    const { candidates, chosen } = found.find((ticket) => ticket.task === task) ?? { candidates: [], chosen: null }
    const round = own(rounds, task) ?? chosen
    if (round === null)
      report(
        candidates.length === 0
          ? `has no finished round of ${task}`
          : `has not chosen a subnet for ${task} yet; give ${setting}.${task}, up to ${candidates.at(-1)!.round}`,
      )
    else if (!candidates.some((candidate) => candidate.round === round))
      report(
        `has no finished round ${round} of ${task}; there is ` +
          `${candidates.map((one) => one.round).join(', ') || 'none'}`,
      )
    return round === null ? [] : [{ task, candidates, chosen: round }]
  })
}

/**
 * Copies masks and candidates of all rounds into a new run, so that it can be explored, and picked from, like their
 * source.
 */
export function keepTickets(
  store: Store,
  runId: string,
  { source, tickets }: Pick<GivenTickets, 'source' | 'tickets'>,
): void {
  store.saveDocument(runId, DOCUMENTS.tickets, tickets)
  for (const { task, candidates } of tickets) {
    for (const { round } of candidates) store.saveMask(runId, task, round, store.loadMask(source.id, task, round)!)
  }
}

/**
 * The copied tickets of a run whose config takes some or all of them from another run; its other tasks search. Throws
 * an Error where they were not copied.
 */
export function givenTickets({
  store,
  run,
  config,
  results,
  reporter,
}: Needs<'store' | 'run' | 'config' | 'results' | 'reporter'>): Ticket[] {
  const source = config.tickets.run ?? config.extend.run
  if (source === null) return []
  const tickets = store.loadDocument<TicketReport[]>(run.id, DOCUMENTS.tickets)
  if (tickets === null)
    throw new Error(`The subnets of run ${source} were not copied when this run was created; start a new run.`)
  for (const ticket of tickets) reporter.ticketChosen(ticket)
  return tickets.map((ticket) => ({ ...ticket, mask: results.mask(ticket.task, ticket.chosen) }))
}

/**
 * Warnings where a run differs from the source of its subnets in what made them winning tickets: start weights and
 * data. They are no errors, for it may be on purpose: other start weights are the control experiment of the lottery
 * ticket hypothesis.
 */
export function departures({ source, config }: GivenTickets, datasets: readonly DatasetRecord[]): string[] {
  const then = source.config
  const startWeights = [
    ...(config.seed === then.seed ? [] : [`the seed is ${config.seed}, there ${then.seed}`]),
    ...(same(config.warmup, then.warmup)
      ? []
      : [
          `the warmup is ${config.warmup.steps} steps and ${config.warmup.epochs} epochs, there ` +
            `${then.warmup.steps} and ${then.warmup.epochs}`,
        ]),
  ]
  const files = (records: readonly DatasetRecord[], split: DatasetRecord['split']) =>
    records
      .filter((one) => one.split === split)
      .map(({ hash }) => hash)
      .toSorted()
  const otherData = (['train', 'dev', 'vectors'] as const).filter(
    (split) => !same(files(datasets, split), files(source.datasets, split)),
  )
  return [
    ...(startWeights.length === 0
      ? []
      : [
          `The subnets of run ${source.id} start from other weights here than where they were found: ` +
            `${startWeights.join('; ')}. They are not lottery tickets of these start weights.`,
        ]),
    ...(otherData.length === 0
      ? []
      : [`The subnets of run ${source.id} were found on other data: the ${otherData.join(' and ')} files differ.`]),
  ]
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const shapeOf = (layers: readonly { name: string; shape: readonly number[] }[]) =>
  layers.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
