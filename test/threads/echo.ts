/** A thread that says what it was given. */
import { parentPort, workerData } from 'node:worker_threads'

parentPort!.postMessage(workerData satisfies unknown)
