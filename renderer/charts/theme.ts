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

/** Follows the choice made in the window, and the system where none was made. */
export function useTheme(): Ref<Theme> {
  const theme = ref(read())
  const update = () => {
    theme.value = read()
  }
  const query = matchMedia('(prefers-color-scheme: dark)')
  query.addEventListener('change', update)
  const choice = new MutationObserver(update)
  choice.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  onScopeDispose(() => {
    query.removeEventListener('change', update)
    choice.disconnect()
  })
  return theme
}

function read(): Theme {
  const chosen = document.documentElement.dataset.theme
  const dark = chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark'
  // A custom property comes back as written, light-dark() and all: only a colour in use is resolved.
  const probe = document.body.appendChild(document.createElement('span'))
  const colour = (name: string) => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const theme = {
    dark, text: colour('--text'), faint: colour('--text-faint'), grid: colour('--line'), surface: colour('--surface'),
    tasks: Array.from({ length: TASK_COLOURS }, (_, i) => colour(`--task-${i}`)),
  }
  probe.remove()
  return theme
}

/** Rounds run from pale to strong: the later, the sparser, the stronger. */
export function lineColour({ colour }: Line, { dark, tasks }: Theme): string {
  if ('task' in colour) return tasks[Math.max(0, colour.task) % TASK_COLOURS]
  const share = colour.of === 0 ? 1 : colour.step / colour.of
  return dark ? `hsl(${210 - 30 * share} ${25 + 60 * share}% ${42 + 28 * share}%)` : `hsl(${210 + 20 * share} ${30 + 45 * share}% ${76 - 40 * share}%)`
}
