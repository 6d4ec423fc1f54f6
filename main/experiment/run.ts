/** An experiment from its config to its report: sparse sharing (Sun et al., AAAI 2020), and what it is compared with. */
import type { ExperimentConfig } from '../../shared/config.ts'
import { ones, type Mask } from '../../shared/mask.ts'
import { JOINT_METHODS } from '../../shared/methods.ts'
import { withPathsFrom } from '../config/paths.ts'
import { loadExperimentData, type LoadedData } from '../data/load.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { networkShape } from '../nn/theta0.ts'
import { chooseTicket } from '../pruning/choose.ts'
import { pruneByMagnitude, reachedMinDensity } from '../pruning/prune.ts'
import { DOCUMENTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { Store } from '../store/types.ts'
import { TrainingStopped } from '../training/control.ts'
import { describeEnvironment, differentBits } from './environment.ts'
import { departures, givenTickets, keepTickets, lookUpTickets } from './givenTickets.ts'
import { openLaboratory, type Laboratory, type RunOptions } from './laboratory.ts'
import { buildReport } from './report.ts'
import { impSpec, jointSpec, warmupSpec } from './specs.ts'
import { testOnce } from './testOnce.ts'
import { dropUnusedWeights, requireSameFiles, type Ticket } from './tickets.ts'

export { RunControl } from '../training/control.ts'
export type { RunOptions } from './laboratory.ts'

/** Data read for a run that is about to start in this process, so that it is not read twice. */
const freshlyLoaded = new Map<string, LoadedData>()

/** Reads and checks the data and records the run. Throws a DataError with every fault found; what lookUpTickets throws. */
export async function createExperiment(store: Store, config: ExperimentConfig, baseDir: string): Promise<{ runId: string; warnings: string[] }> {
  const tickets = lookUpTickets(store, config)
  const placed = withPathsFrom(tickets?.config ?? config, baseDir, '')
  const loaded = await loadExperimentData(placed, '')
  const run = store.createRun({ name: config.name, config: placed, environment: describeEnvironment(placed), datasets: loaded.datasets })
  store.saveDocument(run.id, DOCUMENTS.vocabulary, loaded.vocabulary.toJSON())
  if (tickets !== null) keepTickets(store, run.id, tickets)
  freshlyLoaded.set(run.id, loaded)
  return { runId: run.id, warnings: [...loaded.issues.map(describeIssue), ...(tickets === null ? [] : departures(tickets, loaded.datasets))] }
}

/** Runs an experiment to its end, or on from where it was stopped or killed. Every finished step is stored and never done twice. */
export async function runExperiment(store: Store, runId: string, options: RunOptions): Promise<'finished' | 'stopped'> {
  const { onEvent } = options
  const { environment: began, config } = store.getRun(runId)
  const run = store.claimRun(runId, describeEnvironment(config))
  try {
    onEvent({ type: 'status', status: 'running', message: null })
    const change = store.trainings(runId).length ? differentBits(began, run.environment) : null
    if (change !== null) onEvent({ type: 'warning', message: change })
    onEvent({ type: 'stage', stage: 'data', message: 'reading the corpora' })
    const loaded = freshlyLoaded.get(runId) ?? (await loadExperimentData(run.config, ''))
    freshlyLoaded.delete(runId)
    requireSameFiles(run.datasets, loaded.datasets)
    const lab = openLaboratory(store, run, loaded, options)
    try {
      await learnSparseSharing(lab)
    } finally {
      await lab.close()
    }
    store.setStatus(runId, 'finished')
    onEvent({ type: 'status', status: 'finished', message: null })
    return 'finished'
  } catch (error) {
    // Not control.stopped: a training that fails stops those beside it through the same switch.
    const stopped = error instanceof TrainingStopped
    const message = stopped ? null : (error as Error).message
    store.setStatus(runId, stopped ? 'stopped' : 'failed', message)
    onEvent({ type: 'status', status: stopped ? 'stopped' : 'failed', message })
    if (stopped) return 'stopped'
    throw error
  }
}

/** The method. Stage 1 finds each task a subnet, stage 2 trains all of them together; then, and only then, test is read. */
async function learnSparseSharing(lab: Laboratory): Promise<void> {
  const { config, data } = lab
  const { methods } = config
  await warmUp(lab) // θ⁽⁰⁾ stays, or becomes θ⁽ʷ⁾

  // Stage 1, unless an earlier run did it. The tasks' loops are independent and run side by side.
  const given = givenTickets(lab)
  const needsTickets = methods.includes('sparse') || methods.includes('subnet')
  const needsRounds = given === null && (needsTickets || methods.includes('single'))
  lab.stage('imp', needsRounds)
  const tickets = given ?? (needsRounds ? await lab.all(data.tasks.map(({ name }) => findTicket(lab, name, needsTickets))) : [])
  const masks = new Map(tickets.map(({ task, mask }) => [task, mask]))

  // Stage 2. The other ways to share are the same training under other masks.
  const joint = JOINT_METHODS.filter((method) => methods.includes(method))
  for (const method of joint) lab.stage(method, true)
  await lab.all(joint.map((method) => lab.train(jointSpec(config, data, method, masks))))

  lab.stage('test', true)
  const scores = await testOnce(lab, tickets)
  lab.store.saveReport(lab.runId, buildReport(lab, tickets, scores))
}

/** Multi-task warmup: θ⁽ʷ⁾ takes the place of θ⁽⁰⁾ in all that follows. */
async function warmUp(lab: Laboratory): Promise<void> {
  const spec = warmupSpec(lab.config, lab.data)
  if (!spec) return
  lab.stage('warmup', true)
  await lab.train(spec, (thetaW) => ({ artifacts: { [TRAINING_ARTIFACTS.bestWeights]: thetaW } }))
  lab.startFrom(lab.weightsOf(spec.id))
}

/**
 * Algorithm 1 for one task: train under the mask, prune the lowest of what remains, rewind to θ⁽⁰⁾, train again, until the
 * minimal density is reached; then pick the candidate that does best on dev. `prune` false: the dense round alone.
 */
async function findTicket(lab: Laboratory, task: string, prune: boolean): Promise<Ticket> {
  const { config, data } = lab
  const { pruningRate, minDensity, maxRounds, scope } = config.imp
  const candidates: Ticket['candidates'] = []
  let mask: Mask = ones(prunableLayers(networkShape(config.model, data)))
  for (let round = 0; ; round++) {
    const last = !prune || round === maxRounds || reachedMinDensity(mask, minDensity)
    // Every training starts from θ⁽⁰⁾: that is the rewind.
    const result = await lab.train(impSpec(config, data, task, round, mask), (thetaK) => ({
      masks: [{ task, round, mask }, ...(last ? [] : [{ task, round: round + 1, mask: pruneByMagnitude(thetaK, mask, pruningRate, scope) }])],
      artifacts: { [TRAINING_ARTIFACTS.bestWeights]: thetaK },
    }))
    candidates.push(lab.candidate(task, round, result))
    dropUnusedWeights(lab, task, candidates)
    if (last) break
    mask = lab.mask(task, round + 1)
  }
  const chosen = chooseTicket(candidates)
  if (prune) lab.announce({ type: 'ticketChosen', task, round: chosen.round, density: chosen.density, dev: chosen.dev.value })
  return { task, candidates, chosen: chosen.round, mask: lab.mask(task, chosen.round) }
}

function describeIssue({ file, line, task, message }: LoadedData['issues'][number]): string {
  return `${file}${line === null ? '' : `:${line}`}: ${task === null ? '' : `task ${task}: `}${message}`
}
