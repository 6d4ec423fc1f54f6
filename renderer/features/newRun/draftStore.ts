/** The draft of the next run: settings that differ from their defaults. The page remembers it. */
import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import {
  ANY_NAME,
  copyOf,
  isGroup,
  removeAt,
  same,
  setAt,
  valueAt,
  withoutDefaults,
} from '../../../shared/util/nested.ts'
import { PRESETS, presetSettings, type Preset } from '../../../shared/settings/presets.ts'
import type { ConfigResults, SettingInfo } from '../../../shared/protocol/requests/config.ts'
import { ask } from '../../bridge/index.ts'
import { useVectors } from '../vectors/vectorsStore.ts'

type Given = Record<string, unknown>
type Path = readonly string[]

const KEY = 'draft'
const VECTORS = ['model', 'vectors']
const QUICK = PRESETS.find(({ id }) => id === 'quick')!

export const useDraft = defineStore('draft', () => {
  const isNew = localStorage.getItem(KEY) === null
  // Not shared between tabs: each has its own draft while it is open.
  const given = useStorage<Given>(KEY, {}, localStorage, {
    listenToStorageChanges: false,
    serializer: { read: parsed, write: JSON.stringify },
  })
  /** Whose settings these are, as a sentence; null: the user's own. */
  const origin = useStorage<string | null>('draft.origin', null, localStorage, {
    listenToStorageChanges: false,
    serializer: { read: (text) => text || null, write: (text) => text ?? '' },
  })
  /** All settings; null until they are loaded. */
  const info = shallowRef<ConfigResults['config.settings'] | null>(null)
  const error = shallowRef<string | null>(null)
  /** The draft before it was replaced. */
  const before = shallowRef<{ given: Given; origin: string | null } | null>(null)

  const vectors = useVectors()
  const ready = Promise.all([ask('config.settings', {}), vectors.ready]).then(
    ([all]) => {
      info.value = all
      if (isNew) apply(QUICK)
    },
    (reason: Error) => {
      error.value = reason.message
    },
  )

  /** The setting at a path, which may contain names of corpora and tasks. */
  function infoAt(path: Path): SettingInfo | undefined {
    return info.value?.settings.find(
      (one) => one.path.length === path.length && one.path.every((part, i) => part === ANY_NAME || part === path[i]),
    )
  }

  /** The value, else its default. */
  function valueOf(path: Path): unknown {
    const value = valueAt(given.value, path)
    return value === undefined ? infoAt(path)?.default : value
  }

  const isChanged = (path: Path) => !same(valueOf(path), infoAt(path)?.default)

  /** Settings back at their default are removed, so that the draft stays what a person would write. */
  function set(path: Path, value: unknown): void {
    for (let depth = 1; depth < path.length; depth++) {
      // A file may have something else where a group belongs: it is replaced.
      if (!isGroup(valueAt(given.value, path.slice(0, depth)))) removeAt(given.value, path.slice(0, depth))
    }
    setAt(given.value, path, value)
    tidy()
  }

  function remove(path: Path): void {
    removeAt(given.value, path)
    tidy()
  }

  function apply(preset: Preset): void {
    for (const { path, value } of presetSettings(preset, info.value?.settings ?? [])) set(path, value)
    // Installed word vectors help every preset. Vectors that were chosen already stay.
    if (valueOf(VECTORS) === null && vectors.preferred !== null) set(VECTORS, vectors.preferred)
  }

  /** Replaces the whole draft, which can be undone; `from`: whose settings it has then, as a sentence. */
  function replace(config: object, from: string | null): void {
    // A draft without data is only a preset: nothing to go back to.
    const hasData = isGroup(given.value.corpora) && Object.keys(given.value.corpora).length > 0
    before.value = hasData ? { given: given.value, origin: origin.value } : null
    given.value = copyOf(config) as Given
    origin.value = from
    tidy()
  }

  /** An empty draft with the settings of a quick look. */
  function startOver(): void {
    replace({}, null)
    apply(QUICK)
  }

  function undoReplace(): void {
    if (before.value === null) return
    given.value = before.value.given
    origin.value = before.value.origin
    before.value = null
  }

  function tidy(): void {
    if (info.value !== null) given.value = withoutDefaults(given.value, info.value.settings)
  }

  return {
    given,
    origin,
    info,
    error,
    before,
    ready,
    infoAt,
    valueOf,
    isChanged,
    set,
    remove,
    apply,
    replace,
    startOver,
    undoReplace,
  }
})

function parsed(text: string): Given {
  try {
    const value: unknown = JSON.parse(text)
    return isGroup(value) ? value : {}
  } catch {
    return {}
  }
}
