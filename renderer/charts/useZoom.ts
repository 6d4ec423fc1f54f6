/** Zooms a chart: drag a rectangle, Ctrl + wheel, + and −, arrows; 0 or a double click shows all. */
import { useEventListener } from '@vueuse/core'
import { shallowRef, type Ref } from 'vue'
import { aside, closer, cut, shareOf, valueAt, WHOLE, within, type AxisView, type Range, type Window } from './zoom.ts'

/** An axis on the canvas: `from` and `to` are the pixels of its lowest and its highest value. */
export interface PlacedAxis extends AxisView {
  from: number
  to: number
  /** Its range without zoom. */
  all: Range
}

export interface Placed {
  x: PlacedAxis
  y: PlacedAxis
  area: Box
}

/** In pixels of the canvas. */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** A drag shorter than this in one direction does not zoom in that direction; shorter in both, it is a click. */
const SHORT = 8
const WHEEL = 1.25
const KEY = 1.5
const ASIDE = 0.2

/** placed: the current axes, null before the first drawing. */
export function useZoom(canvas: Readonly<Ref<HTMLCanvasElement | null>>, placed: () => Placed | null) {
  const window = shallowRef<Window>(WHOLE)
  /** The rectangle being dragged. */
  const box = shallowRef<Box | null>(null)
  let start: { x: number; y: number } | null = null
  let dragged = false

  function show({ x, y }: Window): void {
    const at = placed()
    if (at === null) return
    window.value = { x: x && within({ ...at.x, range: x }, at.x.all), y }
  }
  const reset = () => {
    window.value = WHOLE
  }

  function down(event: PointerEvent): void {
    const at = placed()
    const point = { x: event.offsetX, y: event.offsetY }
    dragged = false
    if (at === null || event.button !== 0 || event.pointerType === 'touch' || !inside(point, at.area)) return
    start = point
    canvas.value!.setPointerCapture(event.pointerId)
  }

  function move(event: PointerEvent): void {
    const at = placed()
    if (start === null || at === null) return
    const x = clamp(event.offsetX, at.area.left, at.area.right)
    const y = clamp(event.offsetY, at.area.top, at.area.bottom)
    const [wide, high] = [Math.abs(x - start.x) >= SHORT, Math.abs(y - start.y) >= SHORT]
    dragged ||= wide || high
    box.value = !dragged
      ? null
      : {
          left: wide ? Math.min(x, start.x) : at.area.left,
          right: wide ? Math.max(x, start.x) : at.area.right,
          top: high ? Math.min(y, start.y) : at.area.top,
          bottom: high ? Math.max(y, start.y) : at.area.bottom,
        }
  }

  function up(): void {
    const at = placed()
    if (box.value !== null && at !== null) {
      const { left, right, top, bottom } = box.value
      const wide = left > at.area.left || right < at.area.right
      const high = top > at.area.top || bottom < at.area.bottom
      show({
        x: wide ? cut(at.x, share(at.x, left), share(at.x, right)) : window.value.x,
        y: high ? cut(at.y, share(at.y, top), share(at.y, bottom)) : window.value.y,
      })
    }
    cancel()
  }

  function cancel(): void {
    start = null
    box.value = null
  }

  function wheel(event: WheelEvent): void {
    const at = placed()
    if (!event.ctrlKey || at === null) return
    event.preventDefault()
    const factor = event.deltaY < 0 ? WHEEL : 1 / WHEEL
    show({ x: closer(at.x, factor, share(at.x, event.offsetX)), y: window.value.y })
  }

  /** Returns whether the key zooms or moves. */
  function key({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    const at = placed()
    if (at === null || ctrlKey || metaKey || altKey) return false
    const sideways = Math.sign(at.x.to - at.x.from)
    const moves: Record<string, () => void> = {
      '+': () => show({ x: closer(at.x, KEY), y: window.value.y }),
      '=': () => show({ x: closer(at.x, KEY), y: window.value.y }),
      '-': () => show({ x: closer(at.x, 1 / KEY), y: window.value.y && closer(at.y, 1 / KEY) }),
      0: reset,
      Escape: () => (box.value === null ? reset() : cancel()),
      ArrowLeft: () => show({ x: aside(at.x, -ASIDE * sideways), y: window.value.y }),
      ArrowRight: () => show({ x: aside(at.x, ASIDE * sideways), y: window.value.y }),
      ArrowUp: () => show({ x: window.value.x, y: aside(at.y, ASIDE) }),
      ArrowDown: () => show({ x: window.value.x, y: aside(at.y, -ASIDE) }),
    }
    moves[key]?.()
    return key in moves
  }

  const listeners = {
    pointerdown: down,
    pointermove: move,
    pointerup: up,
    pointercancel: cancel,
    dblclick: reset,
    wheel,
  }
  for (const [name, listener] of Object.entries(listeners))
    useEventListener(canvas, name, listener as EventListener, { passive: false })
  /** wasDrag: whether the click that just came ended a drag. */
  return { window, box, reset, key, wasDrag: () => dragged }
}

/** The position of a pixel on the axis, from 0 to 1. */
const share = ({ from, to }: PlacedAxis, pixel: number) => (pixel - from) / (to - from)

/** The pixel of a value. */
export const pixelOf = (axis: PlacedAxis, value: number) => axis.from + shareOf(axis, value) * (axis.to - axis.from)
export const valueOf = (axis: PlacedAxis, pixel: number) => valueAt(axis, share(axis, pixel))

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
const inside = ({ x, y }: { x: number; y: number }, { left, top, right, bottom }: Box) =>
  x >= left && x <= right && y >= top && y <= bottom
