/** A training thread: does one job after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { chooseBackend } from '../backend/choose.ts'
import { disposeDeviceMask, makeDeviceMask, Network } from '../nn/network.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { snipScores } from '../pruning/criteria/snip.ts'
import { unitActivity } from '../training/activity.ts'
import { BEST, type TrainingCheckpoint } from '../training/checkpoint.ts'
import { RunControl, TrainingStoppedError } from '../training/control.ts'
import { evaluateInDetail, makeEvalSet, tagSplit } from '../training/evaluate.ts'
import { startGradients } from '../training/startGradients.ts'
import { train } from '../training/train.ts'
import { Backlog } from './backlog.ts'
import { causeOf } from './failureCause.ts'
import type {
  ActivityJob,
  EvaluatedTasks,
  EvaluateJob,
  Job,
  JobEnd,
  SaliencyJob,
  TagJob,
  TrainJob,
  ThreadSetup,
  WorkerMessage,
} from './messages.ts'

const { data, backend, modules, control, checkpointSeconds, backlog: shared } = workerData as ThreadSetup
const interrupt = new RunControl(control)
const backlog = new Backlog(shared)

/** The arrays of `bundle` move to the other thread without being copied. */
function send(message: WorkerMessage, bundle: ArrayBundle = {}): void {
  backlog.sent()
  parentPort!.postMessage(message, [...new Set(Object.values(bundle).map((array) => array.data.buffer as ArrayBuffer))])
}

async function runTraining({ spec, start, checkpoint }: TrainJob): Promise<JobEnd> {
  const weights = start ?? initialWeights(spec.shape, spec.seed, data.vectors)
  const outcome = await train(spec, data, weights, checkpoint, {
    onSteps(steps) {
      send({ type: 'steps', steps })
      backlog.wait()
    },
    onEpoch: (metric) => send({ type: 'epoch', metric }),
    onWarning: (message) => send({ type: 'warning', message }),
    onCheckpoint: (taken) => send({ type: 'checkpoint', checkpoint: taken }, ownArrays(taken)),
    interrupt,
    checkpointSeconds,
  })
  return { type: 'trained', ...outcome }
}

/** The arrays that a checkpoint copied. The training still needs the best weights, which both share. */
function ownArrays({ state }: TrainingCheckpoint): ArrayBundle {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith(BEST)))
}

async function runSaliency({ spec, start }: SaliencyJob): Promise<JobEnd> {
  const weights = start ?? initialWeights(spec.shape, spec.seed, data.vectors)
  return { type: 'scored', scores: snipScores(weights, await startGradients(spec, data, weights)) }
}

async function runEvaluation({ shape, weights, evalSets }: EvaluateJob): Promise<JobEnd> {
  const network = new Network(shape, weights)
  const results: EvaluatedTasks = []
  const temperatures = new Map<string, number>()
  for (const { part, task, split, spellings, mask, temperature } of evalSets) {
    const deviceMask = mask && makeDeviceMask(mask)
    const evalSet = makeEvalSet(task, split, spellings)
    const found = await evaluateInDetail(network, evalSet, deviceMask, temperature ?? temperatures.get(task.name))
    temperatures.set(task.name, found.prediction.temperature)
    results.push({ task: task.name, part, ...found })
    disposeDeviceMask(deviceMask)
  }
  network.dispose()
  return { type: 'evaluated', results }
}

async function runTagging({ shape, weights, task: name, masks }: TagJob): Promise<JobEnd> {
  const network = new Network(shape, weights)
  const task = data.tasks.find((one) => one.name === name)!
  const evalSet = makeEvalSet(task, task.dev, data.spellings)
  for (const [m, mask] of masks.entries()) {
    const deviceMask = makeDeviceMask(mask)
    const tags = await tagSplit(network, evalSet, deviceMask)
    disposeDeviceMask(deviceMask)
    send({ type: 'tags', mask: m, tags })
  }
  network.dispose()
  return { type: 'tagged' }
}

async function runActivity({ shape, weights, task, split, mask }: ActivityJob): Promise<JobEnd> {
  const network = new Network(shape, weights)
  const deviceMask = makeDeviceMask(mask)
  const evaluated = { split, spellings: data.spellings, task }
  const onBatch = (done: number, total: number) => send({ type: 'batch', done, total })
  const layers = await unitActivity(network, evaluated, deviceMask, onBatch)
  disposeDeviceMask(deviceMask)
  network.dispose()
  return { type: 'active', layers }
}

function runJob(job: Job): Promise<JobEnd> {
  switch (job.type) {
    case 'train':
      return runTraining(job)
    case 'evaluate':
      return runEvaluation(job)
    case 'saliency':
      return runSaliency(job)
    case 'tag':
      return runTagging(job)
    case 'activity':
      return runActivity(job)
  }
}

async function run(job: Job): Promise<void> {
  try {
    await chooseBackend(backend, job.threads, modules)
    const end = await runJob(job)
    send(end, end.type === 'trained' ? end.weights : {})
  } catch (error) {
    const { message, stack } = error as Error
    send(
      error instanceof TrainingStoppedError
        ? { type: 'stopped' }
        : { type: 'failed', cause: causeOf(error), message, stack: stack ?? '' },
    )
  }
}

parentPort!.on('message', (job: Job) => void run(job))
send({ type: 'ready' })
