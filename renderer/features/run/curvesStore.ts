/** How learning curves are shown: chosen once, remembered by the page. */
import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import type { CurveX } from '../../charts/clock.ts'

export const CURVE_X = ['step', 'epoch', 'time'] as const

interface Choices {
  smoothing: number
  x: CurveX
  logX: boolean
  logY: boolean
  /** Key of a group; '' for one that is training, else the first. */
  group: string
}

const DEFAULTS: Choices = { smoothing: 0.9, x: 'step', logX: false, logY: false, group: '' }

/** Reads what an earlier version of the page may have stored otherwise. */
function read(text: string): Choices {
  try {
    const found = JSON.parse(text) as Partial<Choices>
    const { smoothing, x, logX, logY, group } = { ...DEFAULTS, ...found }
    return {
      smoothing: typeof smoothing === 'number' && smoothing >= 0 && smoothing < 1 ? smoothing : DEFAULTS.smoothing,
      x: CURVE_X.includes(x) ? x : DEFAULTS.x,
      logX: logX === true,
      logY: logY === true,
      group: typeof group === 'string' ? group : '',
    }
  } catch {
    return { ...DEFAULTS }
  }
}

export const useCurves = defineStore('curves', () => {
  const choices = useStorage<Choices>('curves', { ...DEFAULTS }, localStorage, {
    serializer: { read, write: JSON.stringify },
  })
  return { choices }
})
