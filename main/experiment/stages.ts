/** The stages of an experiment, from start weights to report: sparse sharing and what it is compared with. */
import type { Mask } from '../../shared/network/mask.ts'
import { JOINT_METHODS } from '../../shared/settings/methods.ts'
import { extendsPrivately, lastRound, searchedTasks } from '../../shared/settings/plan.ts'
import type { ExperimentContext } from './context.ts'
import { evaluateTest, sealedSplits } from './evaluateTest.ts'
import { addedTasks, carriedStart, dropExtended, extendedNetwork } from './extendedRun.ts'
import { givenTickets } from './givenTickets.ts'
import { findTicket, trainJointly, warmUp } from './method.ts'
import { buildReport } from './report.ts'
import { privateSpec } from './specs.ts'
import type { Ticket } from './tickets.ts'

/** Runs all stages and saves the report. Test data is read last, after every choice. */
export async function runStages(context: ExperimentContext): Promise<void> {
  const { run, config, data, store, trainings, reporter } = context
  const carried = carriedStart(context)
  if (carried === null) await warmUp(context)
  else trainings.startFrom(carried)

  const tickets = [...givenTickets(context), ...(await searchTickets(context))]
  const masks = new Map(tickets.map(({ task, mask }) => [task, mask]))

  if (extendsPrivately(config)) await trainAdded(context, masks)
  else
    await trainJointly(
      context,
      JOINT_METHODS.filter((method) => config.methods.includes(method)),
      masks,
      await sealedSplits(context),
    )

  reporter.stage('test')
  const ordered = data.tasks.flatMap(({ name }) => tickets.filter(({ task }) => task === name))
  const scores = await evaluateTest(context, ordered)
  store.saveReport(run.id, buildReport(context, ordered, scores))
}

/** Stage 1 for the tasks whose subnet no earlier run found. The tasks are independent and train side by side. */
async function searchTickets(context: ExperimentContext): Promise<Ticket[]> {
  const { config, trainings, reporter } = context
  const prunes = config.methods.includes('sparse') || config.methods.includes('subnet')
  // The single-task baseline is round 0.
  const tasks = prunes || config.methods.includes('single') ? searchedTasks(config) : []
  if (tasks.length > 0) reporter.stage('imp')
  return trainings.all(
    tasks.map(async (task) => {
      const ticket = await findTicket(context, task, prunes ? lastRound(config.imp) : 0)
      if (prunes) reporter.ticketChosen(ticket)
      return ticket
    }),
  )
}

/**
 * Stage 2 where the tasks of an earlier run stay as they are: the new tasks train the weights that no old task keeps.
 */
async function trainAdded(context: ExperimentContext, masks: Map<string, Mask>): Promise<void> {
  const { config, data, trainings, reporter } = context
  reporter.stage('sparse', 'training the added tasks in weights that no other task keeps')
  const subnets = [...masks].map(([task, mask]) => ({ task, mask }))
  for (const { task, own } of addedTasks(config, subnets)) {
    if (own === 0)
      reporter.warn(`Earlier tasks keep every weight of ${task}'s subnet: only the head of ${task} is trained.`)
  }
  const spec = privateSpec(config, data, masks)
  await trainings.train(spec, undefined, () => extendedNetwork(context, spec))
  dropExtended(context)
}
