/** Colours of charts, read from the style sheet so that light and dark need no second list. */
import { onScopeDispose, ref, type Ref } from 'vue'
import type { Line } from './series.ts'

export interface Theme {
  dark: boolean
  text: string
  faint: string
  grid: string
  surface: string
  tasks: string[]
}

/** As many as there are --task-N in tokens.css; then they come round again. */
const TASK_COLOURS = 8

/** Follows the system between light and dark. */
export function useTheme(): Ref<Theme> {
  const query = matchMedia('(prefers-color-scheme: dark)')
  const theme = ref(read(query.matches))
  const update = () => {
    theme.value = read(query.matches)
  }
  query.addEventListener('change', update)
  onScopeDispose(() => query.removeEventListener('change', update))
  return theme
}

function read(dark: boolean): Theme {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  return {
    dark, text: colour('--text'), faint: colour('--text-faint'), grid: colour('--line'), surface: colour('--surface'),
    tasks: Array.from({ length: TASK_COLOURS }, (_, i) => colour(`--task-${i}`)),
  }
}

/** Rounds run from pale to strong: the later, the sparser, the stronger. */
export function lineColour({ colour }: Line, { dark, tasks }: Theme): string {
  if ('task' in colour) return tasks[Math.max(0, colour.task) % TASK_COLOURS]
  const share = colour.of === 0 ? 1 : colour.step / colour.of
  return dark ? `hsl(${210 - 30 * share} ${25 + 60 * share}% ${42 + 28 * share}%)` : `hsl(${210 + 20 * share} ${30 + 45 * share}% ${76 - 40 * share}%)`
}
