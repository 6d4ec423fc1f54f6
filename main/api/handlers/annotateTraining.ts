/** Handlers about training on the decisions of an annotation project. */
import { AnnotateError } from '../annotate/errors.ts'
import { changeNotifier } from '../annotate/notify.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

type Names = 'annotate.trainPlan' | 'annotate.train' | 'annotate.autoTrain' | 'annotate.curve'

export function annotateTrainingHandlers(context: ApiContext): Pick<HandlersOf<'annotate'>, Names> {
  const changed = changeNotifier(context)
  const refuse = () => {
    throw new AnnotateError('noTraining', 'Not available yet: create a dataset version and train on it.')
  }
  return {
    'annotate.trainPlan': refuse,
    'annotate.train': refuse,
    'annotate.autoTrain'({ project, every }) {
      context.store.annotation.setAutoTrain(project, every)
      return changed(project, {})
    },
    'annotate.curve': refuse,
  }
}
