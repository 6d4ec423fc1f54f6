/** Light, dark, or as the system is: chosen here, remembered by the page. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

export const APPEARANCES = ['system', 'light', 'dark'] as const
export type Appearance = (typeof APPEARANCES)[number]

const KEY = 'appearance'

export const useAppearance = defineStore('appearance', () => {
  const stored = localStorage.getItem(KEY) as Appearance | null
  const appearance = ref<Appearance>(stored !== null && APPEARANCES.includes(stored) ? stored : 'system')
  watch(
    appearance,
    (value) => {
      localStorage.setItem(KEY, value)
      if (value === 'system') delete document.documentElement.dataset.theme
      else document.documentElement.dataset.theme = value
    },
    { immediate: true },
  )
  return { appearance }
})
