/** The settings as a form needs them: type, bounds, choices, default and description. */
import type { SectionInfo, SettingInfo } from '../../shared/protocol/requests/config.ts'
import { boundsOf, isBoolean, isFile, sections, settings } from './settings.ts'
import type { Setting } from './settings.ts'

export function settingsInfo(): { sections: SectionInfo[]; settings: SettingInfo[] } {
  return { sections: [...sections], settings: settings.map(infoOf) }
}

function infoOf(setting: Setting): SettingInfo {
  const { path, description, nullable, schemas } = setting
  const number = schemas.find(({ type }) => type === 'integer' || type === 'number')
  const choices = schemas.flatMap((schema) => schema.enum ?? schema.items?.enum ?? []).map(String)
  return {
    path,
    description,
    type: typeOf(setting),
    nullable,
    default: setting.default,
    choices,
    ...boundsOf(number ?? {}),
  }
}

function typeOf(setting: Setting): SettingInfo['type'] {
  const types = setting.schemas.map(({ type }) => type)
  if (isBoolean(setting)) return 'boolean'
  if (isFile(setting)) return 'file'
  if (types.includes('array')) return 'choices'
  if (setting.schemas.some((schema) => schema.enum !== undefined)) return 'choice'
  const whole = types.includes('integer')
  if (types.includes('string')) return whole ? 'column' : 'text'
  return whole ? 'integer' : 'number'
}
