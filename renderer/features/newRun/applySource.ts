/** Fills the draft of a run from what an address names: a corpus, the settings of a run, or a run to extend. */
import { withoutDefaults } from '../../../shared/util/nested.ts'
import { ask } from '../../bridge/index.ts'
import { useCatalogue } from '../datasets/catalogueStore.ts'
import { extensionOf, retrainedOn, withCorpus } from './data.ts'
import { useDraft } from './draftStore.ts'

/** Ids from the address; null where it names none. */
interface Source {
  corpus: string | null
  run: string | null
  extend: string | null
}

/** A run with a corpus that is a dataset version: the run's settings on that version. Throws what cannot be loaded. */
export async function applySource({ corpus, run, extend }: Source): Promise<void> {
  const draft = useDraft()
  const catalogue = useCatalogue()
  await Promise.all([catalogue.load(), draft.ready])
  const settings = draft.info?.settings ?? []
  const chosen = catalogue.corpora.find(({ id }) => id === corpus)
  const version = chosen !== undefined && chosen.origin !== null ? chosen : null
  if (run !== null) {
    const { run: record } = await ask('runs.get', { run })
    const config = version === null ? record.config : retrainedOn({ ...record.config, name: record.name }, version)
    const on = version === null ? '' : `, with the data of “${version.name}”`
    draft.replace(withoutDefaults(config, settings), `Settings copied from “${record.name}”${on}.`)
  }
  if (extend !== null) {
    const { run: record } = await ask('runs.get', { run: extend })
    draft.replace(withoutDefaults(extensionOf(record), settings), `Adds tasks to “${record.name}”, with its settings.`)
  }
  if (chosen !== undefined && (run === null || version === null)) {
    const { corpora: _, tasks: __, ...others } = draft.given
    draft.replace(withCorpus(others, chosen), run === null ? null : draft.origin)
  }
  if (corpus !== null && chosen === undefined) throw new Error(`There is no imported corpus ${corpus}.`)
}
