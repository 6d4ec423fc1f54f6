/**
 * Works on the newest run of the database named first, and says "working" once it does.
 * A second argument `hold` only claims the run and waits to be killed.
 */
import { openStore } from '../../../main/store/index.ts'
import { work } from './miniature.ts'

const [path, how] = process.argv.slice(2)
const store = openStore(path)
const { id } = store.getRun('last')
try {
  store.claimRun(id)
} catch (error) {
  console.log(`refused: ${(error as Error).message}`)
  process.exit(3)
}
console.log('working')
if (how === 'hold') {
  setInterval(() => {}, 1000)
} else {
  work(store, id)
  store.setStatus(id, 'finished')
  store.close()
}
