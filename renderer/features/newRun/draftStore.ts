/** The config of the next run, as far as it is made: only what has not its default. It outlives the page. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
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
import { presetSettings, type Preset } from '../../../shared/settings/presets.ts'
import type { ConfigResults, SettingInfo } from '../../../shared/protocol/requests/config.ts'
import { ask } from '../../bridge/index.ts'

type Given = Record<string, unknown>
type Path = readonly string[]

const KEY = 'draft'

export const useDraft = defineStore('draft', () => {
  const given = ref<Given>(remembered())
  /** Every setting there is; null until the program has told. */
  const info = shallowRef<ConfigResults['config.settings'] | null>(null)
  const error = shallowRef<string | null>(null)
  /** What was there before all of it was replaced, and by what. */
  const before = shallowRef<{ given: Given; by: string } | null>(null)

  watch(given, (now) => localStorage.setItem(KEY, JSON.stringify(now)), { deep: true })
  const ready = ask('config.settings', {}).then(
    (all) => {
      info.value = all
    },
    (reason: Error) => {
      error.value = reason.message
    },
  )

  /** The setting at a path with the user's names in it. */
  function infoAt(path: Path): SettingInfo | undefined {
    return info.value?.settings.find(
      (one) => one.path.length === path.length && one.path.every((part, i) => part === ANY_NAME || part === path[i]),
    )
  }

  /** As given, else its default. */
  function valueOf(path: Path): unknown {
    const value = valueAt(given.value, path)
    return value === undefined ? infoAt(path)?.default : value
  }

  const isChanged = (path: Path) => !same(valueOf(path), infoAt(path)?.default)

  /** What has its default again is forgotten, so that the draft stays what a person would write. */
  function set(path: Path, value: unknown): void {
    for (let depth = 1; depth < path.length; depth++) {
      // A file may have something else where a group belongs: it gives way.
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
  }

  /** Another config takes the draft's place; `by` says what it is, and the last one can be brought back. */
  function replace(config: object, by: string): void {
    before.value = Object.keys(given.value).length === 0 ? null : { given: given.value, by }
    given.value = copyOf(config) as Given
    tidy()
  }

  function bringBack(): void {
    if (before.value !== null) given.value = before.value.given
    before.value = null
  }

  function tidy(): void {
    if (info.value !== null) given.value = withoutDefaults(given.value, info.value.settings)
  }

  return { given, info, error, before, ready, infoAt, valueOf, isChanged, set, remove, apply, replace, bringBack }
})

function remembered(): Given {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return isGroup(value) ? value : {}
  } catch {
    return {}
  }
}
