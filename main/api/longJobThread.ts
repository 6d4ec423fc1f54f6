/** The thread of an archive or an export: one job, then it ends. Started by longJobs.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { performInThread, type JobThreadData } from './longJobs.ts'

parentPort!.postMessage(await performInThread(workerData as JobThreadData))
