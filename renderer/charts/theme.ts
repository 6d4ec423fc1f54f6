/** Colours of charts, read from the style sheet, so that light and dark are defined only once. */
import type { Shape } from '../../shared/util/plot.ts'
import { useMutationObserver, usePreferredDark } from '@vueuse/core'
import { shallowRef, watch, type Ref } from 'vue'
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

/** Follows the choice made in the window, else the system. */
export function useTheme(): Ref<Theme> {
  const theme = shallowRef(read())
  const update = () => {
    theme.value = read()
  }
  watch(usePreferredDark(), update)
  useMutationObserver(document.documentElement, update, { attributeFilter: ['data-theme'] })
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

/** A custom property is returned as written, including light-dark(): only a colour in use is resolved. */
function resolved(name: string): string {
  const probe = document.body.appendChild(document.createElement('span'))
  probe.style.color = `var(${name})`
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Rounds go from pale green to strong violet: later and sparser ones are stronger. */
export function lineColour({ colour }: { colour: LineColour }, { dark, tasks, token }: Theme): string {
  if ('css' in colour) return token(colour.css)
  if ('task' in colour) return tasks[Math.max(0, colour.task) % TASK_COLOURS]
  const share = colour.of === 0 ? 1 : colour.step / colour.of
  return dark
    ? `hsl(${170 + 110 * share} ${30 + 50 * share}% ${45 + 27 * share}%)`
    : `hsl(${170 + 100 * share} ${40 + 30 * share}% ${58 - 20 * share}%)`
}

/** Beside colours, tasks differ in dashes and point shapes, for people who cannot distinguish the colours. */
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]]
const SHAPES: readonly Shape[] = ['circle', 'rectRot', 'triangle', 'rect']

/** The last step of a scale short enough for dashes of its own per step. */
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
  // In a long scale only the order is visible; dashes would repeat.
  return 'task' in colour ? Math.max(0, colour.task) : colour.of <= FEW ? colour.step : 0
}
