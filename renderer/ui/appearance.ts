/** Light, dark, or as the system is set: chosen in the window, remembered by the page. */
import { createSharedComposable, useStorage } from '@vueuse/core'
import { watch } from 'vue'

export const APPEARANCES = ['system', 'light', 'dark'] as const
export type Appearance = (typeof APPEARANCES)[number]

export const useAppearance = createSharedComposable(() => {
  const appearance = useStorage<Appearance>('appearance', 'system', localStorage, {
    serializer: {
      read: (text) => APPEARANCES.find((one) => one === text) ?? 'system',
      write: (value) => value,
    },
  })
  watch(
    appearance,
    (value) => {
      if (value === 'system') delete document.documentElement.dataset.theme
      else document.documentElement.dataset.theme = value
    },
    { immediate: true },
  )
  return appearance
})
