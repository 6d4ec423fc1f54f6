/** A thread that sends back its data. */
import { parentPort, workerData } from 'node:worker_threads'

parentPort!.postMessage(workerData satisfies unknown)
