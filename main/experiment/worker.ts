/** A training thread: takes one job after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { chooseBackend } from '../backend/choose.ts'
import { disposeDeviceMask, makeDeviceMask, Network } from '../nn/network.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { BEST, type TrainingCheckpoint } from '../training/checkpoint.ts'
import { RunControl, TrainingDiverged, TrainingStopped } from '../training/control.ts'
import { examine, makeExam } from '../training/evaluate.ts'
import { train } from '../training/train.ts'
import type { ExamJob, Job, JobEnd, TrainJob, WorkerMessage, WorkerSetup } from './messages.ts'

const { data, backend, modules, control, checkpointSeconds } = workerData as WorkerSetup
const interrupt = new RunControl(control)

function say(message: WorkerMessage, bundle: ArrayBundle = {}): void {
  // Weights move to the other thread without being copied.
  parentPort!.postMessage(message, [...new Set(Object.values(bundle).map((array) => array.data.buffer as ArrayBuffer))])
}

async function runTraining({ spec, start, checkpoint }: TrainJob): Promise<JobEnd> {
  const weights = start ?? initialWeights(spec.shape, spec.seed, data.vectors)
  const outcome = await train(spec, data, weights, checkpoint, {
    onSteps: (steps) => say({ type: 'steps', steps }),
    onEpoch: (metric) => say({ type: 'epoch', metric }),
    onCheckpoint: (taken) => say({ type: 'checkpoint', checkpoint: taken }, ownArrays(taken)),
    interrupt,
    checkpointSeconds,
  })
  return { type: 'trained', ...outcome }
}

/** What a checkpoint copied for itself. The best weights it shares with the training, which goes on with them. */
function ownArrays({ state }: TrainingCheckpoint): ArrayBundle {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !name.startsWith(BEST)))
}

async function runExam({ shape, weights, spellings, exams }: ExamJob): Promise<JobEnd> {
  const network = new Network(shape, weights)
  const results: Extract<JobEnd, { type: 'examined' }>['results'] = {}
  for (const { task, split, mask } of exams) {
    const deviceMask = mask && makeDeviceMask(mask)
    results[task.name] = await examine(network, makeExam(task, split, spellings), deviceMask)
    disposeDeviceMask(deviceMask)
  }
  network.dispose()
  return { type: 'examined', results }
}

async function run(job: Job): Promise<void> {
  try {
    await chooseBackend(backend, job.threads, modules)
    const end = await (job.type === 'train' ? runTraining(job) : runExam(job))
    say(end, end.type === 'trained' ? end.weights : {})
  } catch (error) {
    const { message, stack } = error as Error
    say(
      error instanceof TrainingStopped
        ? { type: 'stopped' }
        : {
            type: 'failed',
            fault: error instanceof TrainingDiverged ? 'settings' : 'backend',
            message,
            stack: stack ?? '',
          },
    )
  }
}

parentPort!.on('message', (job: Job) => void run(job))
say({ type: 'ready' })
