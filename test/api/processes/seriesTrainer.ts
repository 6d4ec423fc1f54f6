/**
 * The program over a database with one annotation project: starts or resumes its series of the kind given, decides a
 * sentence now and then, and prints a line at every event, so that a test can kill it there. Ends when the series does.
 */
import { writeSync } from 'node:fs'
import { openApi } from '../../../main/api/dispatch.ts'
import { openStore } from '../../../main/store/index.ts'
import { forkTrainer } from '../../../main/trainer/fork.ts'
import type { SeriesKind } from '../../../shared/annotation/series.ts'
import type { RequestName, Requests } from '../../../shared/protocol/api.ts'
import { SERIES_SETTINGS, SPANS } from '../seriesProject.ts'

const [path, kind] = process.argv.slice(2) as [string, SeriesKind]
const store = openStore(path)
const api = openApi(store, { version: '1.2.3', launchTrainer: forkTrainer, trainingSettings: SERIES_SETTINGS })
const [{ id: project }] = store.annotation.list()
const say = (text: string) => void writeSync(1, `${text}\n`)

async function ask<K extends RequestName>(name: K, args: Requests[K]['arguments']): Promise<Requests[K]['result']> {
  const reply = await api.call(name, args)
  if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
  return reply.value as never
}

const ended = new Promise<void>((resolve) => {
  api.listen(({ name }) => {
    say(name)
    const status = store.annotation.series(project, kind)?.status
    if (status === 'finished' || status === 'failed') resolve()
  })
})
const series = (await ask('annotate.get', { project })).series[kind]
if (series === null && kind === 'curve') await ask('annotate.learningCurve', { project, folds: true })
else if (series === null) await ask('annotate.train', { project, folds: true })
else if (series.status !== 'finished') await ask('annotate.resumeSeries', { project, kind })
// A person labels while it trains.
const { item } = await ask('annotate.decide', {
  ...{ project, order: 'file', filter: 'open', revision: null },
  position: store.annotation.step(project, { order: 'file', filter: 'open' }, null, 'next')!,
  answers: [{ task: 'ner', labels: null, spans: SPANS }],
})
say(`decided ${item.position}`)
if (series?.status !== 'finished') await ended
await api.close()
store.close()
