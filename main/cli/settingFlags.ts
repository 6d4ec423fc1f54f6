/** Every setting as a flag, and the short flags for one corpus. Loads the schema of settings. */
import { groupOfFlag, settingNames, settingOfFlag, valueOfText } from '../config/flags.ts'
import { isBoolean } from '../config/settings.ts'
import { corpusShortcuts } from '../config/shortcuts.ts'
import type { Flag, SettingFlags } from './args.ts'

export const settingFlags: SettingFlags = {
  find(name) {
    if (name !== 'task' && !corpusShortcuts.has(name)) return settingFlag(name)
    return { takesValue: true, take: (text, _, result) => void result.shortcuts.push({ name, text: String(text) }) }
  },
  memberOf: groupOfFlag,
  namesLike: (name) => ['task', ...corpusShortcuts.keys(), ...settingNames(name.split('.'))],
}

function settingFlag(name: string): Flag | null {
  const negated = name.startsWith('no-')
  const target = settingOfFlag(negated ? name.slice(3) : name)
  if (target === undefined || (negated && !isBoolean(target.setting))) return null
  const { path, setting } = target
  return {
    takesValue: !isBoolean(setting),
    take(text, flag, result) {
      const value = text === true ? true : valueOfText(setting, text)
      result.settings.push({ flag, path, value: negated && typeof value === 'boolean' ? !value : value })
    },
  }
}
