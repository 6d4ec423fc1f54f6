/** An experiment from its config to its report: sparse sharing (Sun et al., AAAI 2020), and what it is compared with. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { ones, type Mask } from '../../shared/network/mask.ts'
import { JOINT_METHODS } from '../../shared/settings/methods.ts'
import { extendsPrivately, searchedTasks } from '../../shared/settings/plan.ts'
import { withPathsFrom } from '../config/paths.ts'
import { loadExperimentData, type LoadedData } from '../data/load.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { networkShape } from '../nn/initialWeights.ts'
import { chooseTicket } from '../pruning/choose.ts'
import { pruneByMagnitude, reachedMinDensity } from '../pruning/prune.ts'
import { DOCUMENTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { EnvironmentRecord, Store } from '../store/types.ts'
import type { TrainingResult } from '../../shared/runs/training.ts'
import { TrainingStopped } from '../training/control.ts'
import { backendFor, backendOfRun } from './backendOfRun.ts'
import { backendOrder } from '../devices/ranking.ts'
import { describeEnvironment, differentBits } from './environment.ts'
import { departures, givenTickets, keepTickets, lookUpTickets } from './givenTickets.ts'
import { keepExtension, lookUpExtension, requireFilesOf } from './extension.ts'
import { addedTasks, boundVocabulary, carriedStart, dropExtended, extendedNetwork } from './extendedRun.ts'
import { withBackendFailover } from './failover.ts'
import type { ExperimentContext, RunOptions } from './context.ts'
import { buildReport } from './report.ts'
import { impSpec, jointSpec, privateSpec, warmupSpec } from './specs.ts'
import { evaluateTest } from './evaluateTest.ts'
import { dropUnusedWeights, requireSameFiles, type Ticket } from './tickets.ts'

export { RunControl } from '../training/control.ts'
export type { RunOptions } from './context.ts'

/** Data read for a run that is about to start in this process, so that it is not read twice. */
const freshlyLoaded = new Map<string, LoadedData>()

/**
 * Reads and checks the data and records the run. Throws a DataError with every fault found; what lookUpTickets and lookUpExtension
 * throw, and requireFilesOf.
 */
export async function createExperiment(
  store: Store,
  config: ExperimentConfig,
  baseDir: string,
): Promise<{ runId: string; warnings: string[] }> {
  const given = withPathsFrom(config, baseDir, '')
  const tickets = lookUpTickets(store, given)
  const extension = lookUpExtension(store, given)
  const placed = extension?.config ?? tickets?.config ?? given
  const loaded = await loadExperimentData(placed, '', extendsPrivately(placed) ? extension!.vocabulary : null)
  if (extension !== null) requireFilesOf(extension, loaded.datasets)
  const backend = await backendFor(placed.backend, backendOrder(store, placed.optimizer.batchSize))
  const run = store.createRun({
    name: config.name,
    config: placed,
    environment: describeEnvironment(placed, backend),
    datasets: loaded.datasets,
  })
  store.saveDocument(run.id, DOCUMENTS.vocabulary, loaded.vocabulary.toJSON())
  if (tickets !== null) keepTickets(store, run.id, tickets)
  if (extension !== null) keepExtension(store, run.id, extension, loaded)
  freshlyLoaded.set(run.id, loaded)
  const warnings = [...(tickets === null ? [] : departures(tickets, loaded.datasets)), ...(extension?.warnings ?? [])]
  return { runId: run.id, warnings: [...loaded.issues.map(describeIssue), ...warnings] }
}

/** Runs an experiment to its end, or on from where it was stopped or killed. Every finished step is stored and never done twice. */
export async function runExperiment(store: Store, runId: string, options: RunOptions): Promise<'finished' | 'stopped'> {
  const { onEvent } = options
  const given = store.getRun(runId)
  const { environment: began, config } = given
  const order = backendOrder(store, config.optimizer.batchSize)
  store.requireFree(runId)
  const backend = await backendOfRun(given, options.backend, order, options.modules)
  const run = store.claimRun(
    runId,
    describeEnvironment(config, backend, leftBehind(began, backend.name, options.backend)),
  )
  try {
    onEvent({ type: 'status', status: 'running', message: null })
    for (const message of backend.warnings) onEvent({ type: 'warning', message })
    const change = store.trainings(runId).length ? differentBits(began, run.environment) : null
    if (change !== null) onEvent({ type: 'warning', message: change })
    onEvent({ type: 'stage', stage: 'data', message: 'reading the corpora' })
    const loaded = freshlyLoaded.get(runId) ?? (await loadExperimentData(run.config, '', boundVocabulary(store, run)))
    freshlyLoaded.delete(runId)
    requireSameFiles(run.datasets, loaded.datasets)
    await withBackendFailover({ ...options, store, run, loaded, order }, backend, sparseSharing)
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

/** What the run computed on so far, where it is another from now on. */
function leftBehind(
  { backend, left = [] }: EnvironmentRecord,
  now: BackendName,
  asked: BackendName | undefined,
): EnvironmentRecord['left'] {
  return backend === now
    ? left
    : [
        ...left,
        { backend, why: asked === undefined ? 'it could not compute there any more' : `${asked} was asked for` },
      ]
}

/** The method. Stage 1 finds each task a subnet, stage 2 trains all of them together; then, and only then, test is read. */
async function sparseSharing(lab: ExperimentContext): Promise<void> {
  const { config, data } = lab
  const { methods } = config
  await warmUp(lab) // θ⁽⁰⁾ stays, or becomes θ⁽ʷ⁾

  // Stage 1, for tasks that an earlier run did not do it for. Their loops are independent and run side by side.
  const given = givenTickets(lab)
  const needsTickets = methods.includes('sparse') || methods.includes('subnet')
  const searched = needsTickets || methods.includes('single') ? searchedTasks(config) : []
  lab.stage('imp', searched.length > 0)
  const found = await lab.all(searched.map((task) => findTicket(lab, task, needsTickets)))
  const tickets = data.tasks.flatMap(({ name }) => [...given, ...found].filter(({ task }) => task === name))
  const masks = new Map(tickets.map(({ task, mask }) => [task, mask]))

  // Stage 2. The other ways to share are the same training under other masks.
  const joint = JOINT_METHODS.filter((method) => methods.includes(method))
  for (const method of joint) lab.stage(method, true)
  await lab.all(
    joint.map((method) =>
      extendsPrivately(config) ? trainAdded(lab, masks) : lab.train(jointSpec(config, data, method, masks)),
    ),
  )

  lab.stage('test', true)
  const scores = await evaluateTest(lab, tickets)
  lab.store.saveReport(lab.runId, buildReport(lab, tickets, scores))
}

/** Stage 2 where an earlier run's tasks stay as they are: the new ones train in its network, in the weights that no old task keeps. */
async function trainAdded(lab: ExperimentContext, masks: Map<string, Mask>): Promise<TrainingResult> {
  const { config, data } = lab
  for (const { task, own } of addedTasks(
    config,
    [...masks].map(([name, mask]) => ({ task: name, mask })),
  )) {
    if (own === 0)
      lab.announce({
        type: 'warning',
        message: `Every weight of ${task}'s subnet is kept by an earlier task too: of ${task}, only its head is trained.`,
      })
  }
  const spec = privateSpec(config, data, masks)
  const result = await lab.train(spec, undefined, () => extendedNetwork(lab, spec))
  dropExtended(lab)
  return result
}

/** Multi-task warmup: θ⁽ʷ⁾ takes the place of θ⁽⁰⁾ in all that follows. A run that extends another starts from what that one had made of it. */
async function warmUp(lab: ExperimentContext): Promise<void> {
  const carried = carriedStart(lab)
  if (carried !== null) return lab.startFrom(carried)
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
async function findTicket(lab: ExperimentContext, task: string, prune: boolean): Promise<Ticket> {
  const { config, data } = lab
  const { pruningRate, minDensity, maxRounds, scope } = config.imp
  const candidates: Ticket['candidates'] = []
  let mask: Mask = ones(prunableLayers(networkShape(config.model, data)))
  for (let round = 0; ; round++) {
    const last = !prune || round === maxRounds || reachedMinDensity(mask, minDensity)
    // Every training starts from θ⁽⁰⁾: that is the rewind.
    const result = await lab.train(impSpec(config, data, task, round, mask), (thetaK) => ({
      masks: [
        { task, round, mask },
        ...(last ? [] : [{ task, round: round + 1, mask: pruneByMagnitude(thetaK, mask, pruningRate, scope) }]),
      ],
      artifacts: { [TRAINING_ARTIFACTS.bestWeights]: thetaK },
    }))
    candidates.push(lab.candidate(task, round, result))
    dropUnusedWeights(lab, task, candidates)
    if (last) break
    mask = lab.mask(task, round + 1)
  }
  const chosen = chooseTicket(candidates)
  if (prune)
    lab.announce({ type: 'ticketChosen', task, round: chosen.round, density: chosen.density, dev: chosen.dev.value })
  return { task, candidates, chosen: chosen.round, mask: lab.mask(task, chosen.round) }
}

function describeIssue({ file, line, task, message }: LoadedData['issues'][number]): string {
  return `${file}${line === null ? '' : `:${line}`}: ${task === null ? '' : `task ${task}: `}${message}`
}
