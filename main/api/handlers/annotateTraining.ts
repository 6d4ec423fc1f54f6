/** Handlers about training on the decisions of an annotation project. */
import { planTraining, trainOn } from '../annotate/train.ts'
import { changeNotifier } from '../annotate/notify.ts'
import { withCode } from '../datasets/errors.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

type Names = 'annotate.trainPlan' | 'annotate.train' | 'annotate.autoTrain'

export function annotateTrainingHandlers(context: ApiContext): Pick<HandlersOf<'annotate'>, Names> {
  const changed = changeNotifier(context)
  return {
    'annotate.trainPlan': ({ project }) => planTraining(context.store, project),
    'annotate.train': ({ project }) =>
      withCode('nothing', async () => changed(project, await trainOn(context, project))),
    'annotate.autoTrain'({ project, every }) {
      context.store.annotation.setAutoTrain(project, every)
      return changed(project, {})
    },
  }
}
