/** How learning curves are looked at: chosen once, remembered by the page. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import type { CurveX } from '../../charts/clock.ts'

const KEY = 'curves'
export const CURVE_X = ['step', 'epoch', 'time'] as const

interface Choices {
  smoothing: number
  x: CurveX
  logX: boolean
  logY: boolean
  /** Key of a group, '' for the one that trains, or else the first. */
  group: string
}

const DEFAULTS: Choices = { smoothing: 0.9, x: 'step', logX: false, logY: false, group: '' }

/** What was stored by an earlier version, or by nobody, may be anything. */
function stored(): Choices {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Choices>
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
  const choices = ref(stored())
  watch(choices, (value) => localStorage.setItem(KEY, JSON.stringify(value)), { deep: true })
  return { choices }
})
