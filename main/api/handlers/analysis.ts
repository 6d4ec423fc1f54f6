/** Handlers about what a run gets wrong. */
import { NO_PREDICTIONS } from '../../../shared/analysis/evaluated.ts'
import { scoreMasks } from '../../experiment/maskScores.ts'
import { isCalibrated } from '../../tagger/model.ts'
import { withCode } from '../datasets/errors.ts'
import { AnalysisCache } from '../analysis/cache.ts'
import { foundSentences, sentencePage } from '../analysis/sentences.ts'
import { sendToAnnotate } from '../analysis/toAnnotate.ts'
import { changeNotifier } from '../annotate/notify.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function analysisHandlers(context: ApiContext): HandlersOf<'analysis'> {
  const { store, notify } = context
  const changedProject = changeNotifier(context)
  const cache = new AnalysisCache(store)
  return {
    'analysis.run': ({ run: reference }) =>
      store.read(() => {
        const { id, name, config, report } = store.getRun(reference)
        const tasks = Object.keys(config.tasks)
        const evaluations = store
          .listEvaluations(id)
          .toSorted((a, b) => tasks.indexOf(a.task) - tasks.indexOf(b.task) || (a.split < b.split ? -1 : 1))
        const reason = report === null ? 'The run is not evaluated yet: this happens at its end.' : NO_PREDICTIONS
        const calibrated = isCalibrated(store, id)
        return { id, name, evaluations, calibrated, problem: evaluations.length === 0 ? reason : null }
      }),
    'analysis.task': ({ run, task, split }) => store.read(() => cache.get(store.getRun(run), task, split)).analysis(),
    'analysis.details': ({ run, task, split }) => store.read(() => cache.get(store.getRun(run), task, split)).details(),
    'analysis.calibrate'({ run, use }) {
      store.calibrate(store.getRun(run).id, use)
      notify({ name: 'changed', data: {} })
      return {}
    },
    'analysis.maskScores'({ run }, signal) {
      const { id } = store.getRun(run)
      const onProgress = (done: number, total: number) => notify({ name: 'maskScores', data: { run: id, done, total } })
      return withCode('nothing', () => scoreMasks(store, id, { onProgress, signal }))
    },
    'analysis.sentences': ({ run, task, split, ...query }) =>
      sentencePage(
        store.read(() => cache.get(store.getRun(run), task, split)),
        query,
      ),
    'analysis.found': async ({ run, task, split, ...query }) => ({
      sentences: await foundSentences(
        store.read(() => cache.get(store.getRun(run), task, split)),
        query,
      ),
    }),
    async 'analysis.annotate'({ run, ...request }) {
      const sent = await sendToAnnotate(store, cache, store.getRun(run), request)
      changedProject(sent.project, {})
      return sent
    },
  }
}
