/** Starts a training on the database given first with the config given as JSON, prints "trains" when it does, pauses it if asked to, and waits to be killed. */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { openStore } from '../../../main/store/index.ts'
import { forkTrainer } from '../../../main/trainer/fork.ts'
import { TrainerHost } from '../../../main/trainer/host.ts'

const [database, config, state] = process.argv.slice(2)
let trains = false
const host = new TrainerHost({
  store: openStore(database),
  launch: forkTrainer,
  notify(message) {
    if (trains || message.name !== 'run' || message.data.event.type !== 'steps') return
    trains = true
    if (state === 'paused') host.pause('last')
    console.log('trains')
  },
})
await host.start(JSON.parse(config) as ExperimentConfig)
