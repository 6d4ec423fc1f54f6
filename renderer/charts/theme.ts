/** Colours of charts, read from the style sheet so that light and dark need no second list. */
import type { Shape } from '../../shared/util/plot.ts'
import { onScopeDispose, shallowRef, type Ref } from 'vue'
import { TASK_COLOURS, type LineColour } from './series.ts'

export interface Theme {
  dark: boolean
  text: string
  faint: string
  grid: string
  surface: string
  tasks: string[]
  /** The colour of a token such as '--good'. */
  token(name: string): string
}

/** Follows the choice made in the window, and the system where none was made. */
export function useTheme(): Ref<Theme> {
  const theme = shallowRef(read())
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
  const seen = new Map<string, string>()
  const token = (name: string) => seen.get(name) ?? seen.set(name, resolved(name)).get(name)!
  return {
    dark,
    text: token('--text'),
    faint: token('--text-faint'),
    grid: token('--line'),
    surface: token('--surface'),
    tasks: Array.from({ length: TASK_COLOURS }, (_, i) => token(`--task-${i}`)),
    token,
  }
}

/** A custom property comes back as written, light-dark() and all: only a colour in use is resolved. */
function resolved(name: string): string {
  const probe = document.body.appendChild(document.createElement('span'))
  probe.style.color = `var(${name})`
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Rounds run from pale green to strong violet: the later, the sparser, the stronger. */
export function lineColour({ colour }: { colour: LineColour }, { dark, tasks, token }: Theme): string {
  if ('css' in colour) return token(colour.css)
  if ('task' in colour) return tasks[Math.max(0, colour.task) % TASK_COLOURS]
  const share = colour.of === 0 ? 1 : colour.step / colour.of
  return dark
    ? `hsl(${170 + 110 * share} ${30 + 50 * share}% ${45 + 27 * share}%)`
    : `hsl(${170 + 100 * share} ${40 + 30 * share}% ${58 - 20 * share}%)`
}

/** Signs beside the colour, for those to whom colours look alike: tasks differ in the dashes of their lines and the shape of their points. */
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]]
const SHAPES: readonly Shape[] = ['circle', 'rectRot', 'triangle', 'rect']

/** So many steps of a scale, and one, have dashes of their own. */
const FEW = 7

export function lineDash(line: Stroked): number[] {
  return DASHES[strokeOf(line) % DASHES.length]
}

export function pointShape(line: Stroked): Shape {
  return SHAPES[strokeOf(line) % SHAPES.length]
}

type Stroked = { colour: LineColour; stroke?: number }

function strokeOf({ colour, stroke }: Stroked): number {
  if (stroke !== undefined || 'css' in colour) return stroke ?? 0
  // Of many rounds the order shows, but dashes would not.
  return 'task' in colour ? Math.max(0, colour.task) : colour.of <= FEW ? colour.step : 0
}
