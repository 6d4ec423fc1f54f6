/**
 * Subnets that an earlier run found, in place of a search of its own: as they were chosen there, or as a person picks them.
 * They are copied into the run when it is created, masks and candidates, so that it stands alone whatever becomes of the other.
 */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { TicketReport } from '../../shared/runs/report.ts'
import { ConfigError, type Problem } from '../config/problems.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { DOCUMENTS } from '../store/artifacts.ts'
import type { DatasetRecord, RunRecord, Store } from '../store/types.ts'
import type { ExperimentContext } from './context.ts'
import { foundTickets, type Ticket } from './tickets.ts'

export interface GivenTickets {
  source: RunRecord
  tickets: TicketReport[]
  /** With the run's full id and a round for every task. */
  config: ExperimentConfig
}

/**
 * What `config.tickets` asks for; null where it asks for nothing. Throws a StoreError where there is no such run, a ConfigError
 * where it lacks one of the tasks, has another network, or lacks a round that is asked for.
 */
export function lookUpTickets(store: Store, config: ExperimentConfig): GivenTickets | null {
  if (config.tickets.run === null) return null
  const source = store.getRun(config.tickets.run)
  const found = foundTickets(store, source)
  const problems: Problem[] = []
  const say = (message: string) => problems.push({ where: null, message: `tickets.run: run ${source.id} ${message}` })
  const [wanted, there] = [Object.keys(config.tasks), Object.keys(source.config.tasks)]
  const foreign = wanted.filter((task) => !there.includes(task))
  if (foreign.length > 0)
    say(`has the tasks ${there.join(', ')}, not ${foreign.join(', ')}; it has subnets for its own tasks only`)
  const shape = shapeOf(prunableLayers({ model: config.model, wordCount: 0, charCount: 0, heads: [] }))
  const shapeThere = store.maskLayers(source.id)
  if (shapeThere !== null && shapeOf(shapeThere) !== shape)
    say(`has another network, whose subnets do not fit: ${shapeOf(shapeThere)}; this one has ${shape}`)
  if (problems.length > 0) throw new ConfigError(problems)

  const tickets = pickRounds(found, wanted, config.tickets.rounds, 'tickets.rounds', say)
  if (problems.length > 0) throw new ConfigError(problems)
  const rounds = Object.fromEntries(tickets.map(({ task, chosen }) => [task, chosen]))
  return { source, tickets, config: { ...config, tickets: { run: source.id, rounds } } }
}

/** The subnet of each task: of the round asked for, else as it was chosen. What there is not goes to `say`; `setting` is where rounds are asked for. */
export function pickRounds(
  found: ReturnType<typeof foundTickets>,
  tasks: string[],
  rounds: Record<string, number>,
  setting: string,
  say: (message: string) => void,
): TicketReport[] {
  return tasks.flatMap((task): TicketReport[] => {
    const { candidates, chosen } = found.find((ticket) => ticket.task === task) ?? { candidates: [], chosen: null }
    const round = rounds[task] ?? chosen
    if (round === null)
      say(
        candidates.length === 0
          ? `has no finished round of ${task}`
          : `has not chosen a subnet for ${task} yet; give ${setting}.${task}, up to ${candidates.at(-1)!.round}`,
      )
    else if (!candidates.some((candidate) => candidate.round === round))
      say(
        `has no finished round ${round} of ${task}; there is ${candidates.map((one) => one.round).join(', ') || 'none'}`,
      )
    return round === null ? [] : [{ task, candidates, chosen: round }]
  })
}

/** Copies masks and candidates into a run that was just created. All rounds are copied: it can be explored, and picked from, like the run they come from. */
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

/** The copied tickets of a run whose config takes them, or some of them, from another; the other tasks have to search. */
export function givenTickets({ store, runId, config, mask, announce }: ExperimentContext): Ticket[] {
  const source = config.tickets.run ?? config.extend.run
  if (source === null) return []
  const tickets = store.loadDocument<TicketReport[]>(runId, DOCUMENTS.tickets)
  if (tickets === null)
    throw new Error(`The subnets of run ${source} were not copied when this run was created; start a new run.`)
  for (const { task, candidates, chosen } of tickets) {
    const { density, dev } = candidates.find(({ round }) => round === chosen)!
    announce({ type: 'ticketChosen', task, round: chosen, density, dev: dev.value })
  }
  return tickets.map((ticket) => ({ ...ticket, mask: mask(ticket.task, ticket.chosen) }))
}

/**
 * Where a run departs from that of its subnets, in what made them winning tickets: the weights they start from, and the data.
 * It may do so on purpose (other start weights are the control of the lottery ticket hypothesis), so these are warnings.
 */
export function departures({ source, config }: GivenTickets, datasets: readonly DatasetRecord[]): string[] {
  const there = source.config
  const startWeights = [
    ...(config.seed === there.seed ? [] : [`the seed is ${config.seed}, there ${there.seed}`]),
    ...(same(config.warmup, there.warmup)
      ? []
      : [
          `the warmup is ${config.warmup.steps} steps and ${config.warmup.epochs} epochs, there ${there.warmup.steps} and ${there.warmup.epochs}`,
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
          `The subnets of run ${source.id} start from other weights here than where they were found: ${startWeights.join('; ')}. They are no lottery tickets of this start.`,
        ]),
    ...(otherData.length === 0
      ? []
      : [`The subnets of run ${source.id} were found on other data: other ${otherData.join(' and ')} files.`]),
  ]
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const shapeOf = (layers: readonly { name: string; shape: readonly number[] }[]) =>
  layers.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
