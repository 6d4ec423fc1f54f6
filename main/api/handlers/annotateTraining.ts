/** Handlers about training on the decisions of an annotation project. */
import { planTraining, trainOn } from '../annotate/train.ts'
import { changeNotifier } from '../annotate/notify.ts'
import { withCode } from '../datasets/errors.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

type Names =
  | 'annotate.trainPlan'
  | 'annotate.train'
  | 'annotate.autoTrain'
  | 'annotate.learningCurve'
  | 'annotate.resumeSeries'
  | 'annotate.stopSeries'

export function annotateTrainingHandlers(context: ApiContext): Pick<HandlersOf<'annotate'>, Names> {
  const { store, series } = context
  const changed = changeNotifier(context)
  return {
    'annotate.trainPlan': ({ project }) => planTraining(store, project),
    'annotate.train': ({ project, folds }) =>
      withCode('nothing', async () =>
        changed(
          project,
          folds ? await series.start({ project, kind: 'folds' }, true) : await trainOn(context, project),
        ),
      ),
    'annotate.learningCurve': ({ project, folds }) =>
      withCode('nothing', async () => {
        // A part that is too small to be judged tells nothing about the curve either.
        const wanted = folds ?? planTraining(store, project).tooSmall
        return changed(project, await series.start({ project, kind: 'curve' }, wanted))
      }),
    async 'annotate.resumeSeries'(place) {
      await series.resume(place)
      return changed(place.project, {})
    },
    'annotate.stopSeries'(place) {
      series.stop(place)
      return changed(place.project, {})
    },
    'annotate.autoTrain'({ project, every }) {
      store.annotation.setAutoTrain(project, every)
      return changed(project, {})
    },
  }
}
