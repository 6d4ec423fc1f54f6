/** A training thread: does one job after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { chooseBackend } from '../backend/choose.ts'
import { disposeDeviceMask, makeDeviceMask, Network } from '../nn/network.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { snipScores } from '../pruning/criteria/snip.ts'
import { BEST, type TrainingCheckpoint } from '../training/checkpoint.ts'
import { RunControl, TrainingStoppedError } from '../training/control.ts'
import { evaluateInDetail, makeEvalSet } from '../training/evaluate.ts'
import { startGradients } from '../training/startGradients.ts'
import { train } from '../training/train.ts'
import { causeOf } from './failureCause.ts'
import type {
  EvaluatedTasks,
  EvaluateJob,
  Job,
  JobEnd,
  SaliencyJob,
  TrainJob,
  WorkerMessage,
  WorkerSetup,
} from './messages.ts'

const { data, backend, modules, control, checkpointSeconds } = workerData as WorkerSetup
const interrupt = new RunControl(control)

/** The arrays of `bundle` move to the other thread without being copied. */
function send(message: WorkerMessage, bundle: ArrayBundle = {}): void {
  parentPort!.postMessage(message, [...new Set(Object.values(bundle).map((array) => array.data.buffer as ArrayBuffer))])
}

async function runTraining({ spec, start, checkpoint }: TrainJob): Promise<JobEnd> {
  const weights = start ?? initialWeights(spec.shape, spec.seed, data.vectors)
  const outcome = await train(spec, data, weights, checkpoint, {
    onSteps: (steps) => send({ type: 'steps', steps }),
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

function runJob(job: Job): Promise<JobEnd> {
  if (job.type === 'train') return runTraining(job)
  return job.type === 'evaluate' ? runEvaluation(job) : runSaliency(job)
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
