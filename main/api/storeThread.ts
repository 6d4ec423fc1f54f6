/** The thread of an archive or an export: one job, then it ends. Started by storeJobs.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { performInThread, type JobThreadData } from './storeJobs.ts'

parentPort!.postMessage(await performInThread(workerData as JobThreadData))
