/**
 * How long the explorer waits: scores of every task under other masks, and the words of units, of a finished run with
 * sparse sharing whose corpora are still there. npx node bench/maskScores.ts DATABASE RUN
 */
import { openApi } from '../main/api/dispatch.ts'
import { openStore } from '../main/store/index.ts'
import { forkTrainer } from '../main/trainer/fork.ts'

const [database, reference] = process.argv.slice(2)
if (database === undefined || reference === undefined) throw new Error('needs DATABASE and RUN')
const store = openStore(database)
const { id, config } = store.getRun(reference)
const api = openApi(store, { version: '0', launchTrainer: forkTrainer })

async function timed(name: 'analysis.maskScores' | 'masks.unitWords', args: object): Promise<void> {
  const start = performance.now()
  let first = 0
  const end = api.listen((message) => {
    if (message.name === 'maskScores' || message.name === 'unitWords') first ||= performance.now()
  })
  const reply = await api.call(name, args)
  end()
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1)
  const after = `${seconds(first - start)} s to read the corpora`
  console.log(`${name}: ${reply.ok ? seconds(performance.now() - start) : reply.error.message} s, of these ${after}`)
}
await timed('analysis.maskScores', { run: id })
await timed('masks.unitWords', { run: id, task: Object.keys(config.tasks)[0] })
await api.close()
store.close()
