/** Moves and zooms the view of a weight matrix by mouse, touch and keys, and keeps the cursor. */
import { useEventListener, useResizeObserver } from '@vueuse/core'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { GUTTER, screenOf } from './canvas.ts'
import type { Region } from './drawing.ts'
import { moved, showing, weightAt, whole, zoomed, type Size, type Viewport } from './viewport.ts'

const WHEEL = 1.2
const KEY = 1.5

export interface Place {
  row: number
  column: number
}

/** matrix: its columns and rows. block: weights per side of the block by which the cursor moves. */
export function useMatrixView(canvas: Readonly<Ref<HTMLCanvasElement | null>>, matrix: Ref<Size>, block: () => number) {
  const size = shallowRef<Size>({ width: 1, height: 1 })
  const screen = computed(() => screenOf(size.value))
  const view = shallowRef<Viewport>({ scale: 1, left: 0, top: 0 })
  const all = computed(() => whole(screen.value, matrix.value))
  /** Whether it is zoomed in. */
  const close = ref(false)
  const cursor = shallowRef<Place | null>(null)
  /** Whether the keyboard moved it. */
  const byKey = ref(false)

  /** The region that `show` was asked for, until the view moves: the size of the canvas may not be known yet. */
  let region: Region | null = null

  function set(next: Viewport): void {
    region = null
    view.value = next
    close.value = next.scale > all.value.scale * 1.001
  }
  const fit = () => set(all.value)
  const zoom = (factor: number, x = screen.value.width / 2, y = screen.value.height / 2) =>
    set(zoomed(view.value, factor, x, y, screen.value, matrix.value))
  const pan = (dx: number, dy: number) => set(moved(view.value, dx, dy, screen.value, matrix.value))
  /** Centres the view on a weight. */
  const centre = ({ row, column }: Place) =>
    set(
      moved(
        {
          ...view.value,
          left: column - screen.value.width / view.value.scale / 2,
          top: row - screen.value.height / view.value.scale / 2,
        },
        0,
        0,
        screen.value,
        matrix.value,
      ),
    )

  /** Zooms so that a region fills the screen as well as it can. */
  function show({ rows, columns }: Region): void {
    const [width, height] = [columns[1] - columns[0], rows[1] - rows[0]]
    const scale = Math.min(screen.value.width / width, screen.value.height / height)
    const place = { row: (rows[0] + rows[1]) / 2, column: (columns[0] + columns[1]) / 2 }
    fit()
    zoom(scale / view.value.scale)
    centre(place)
    region = { rows, columns }
  }

  // A new matrix is shown whole; when the window is resized, the view stays.
  watch(
    () => [matrix.value.width, matrix.value.height].join(),
    () => {
      cursor.value = null
      fit()
    },
  )
  watch(screen, () => {
    if (region !== null) show(region)
    else if (close.value) pan(0, 0)
    else fit()
  })

  const at = (event: MouseEvent) => ({ x: event.offsetX - GUTTER.left, y: event.offsetY - GUTTER.top })
  /** Positions of touches and of the pressed mouse, by pointer. */
  const held = new Map<number, { x: number; y: number }>()

  function down(event: PointerEvent): void {
    canvas.value!.setPointerCapture(event.pointerId)
    held.set(event.pointerId, at(event))
  }
  function move(event: PointerEvent): void {
    const [now, before] = [at(event), held.get(event.pointerId)]
    if (before !== undefined) {
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1]
      held.set(event.pointerId, now)
      if (other !== undefined)
        return zoom(
          Math.hypot(now.x - other.x, now.y - other.y) /
            Math.max(1, Math.hypot(before.x - other.x, before.y - other.y)),
          (now.x + other.x) / 2,
          (now.y + other.y) / 2,
        )
      pan(before.x - now.x, before.y - now.y)
    }
    byKey.value = false
    cursor.value = now.x < 0 || now.y < 0 ? null : weightAt(view.value, now.x, now.y, matrix.value)
  }
  const up = (event: PointerEvent) => void held.delete(event.pointerId)
  function leave(): void {
    if (!byKey.value) cursor.value = null
  }
  /** The wheel scrolls the page until the picture is clicked, or while Ctrl is held, as by a pinch on a touchpad. */
  function wheel(event: WheelEvent): void {
    if (!event.ctrlKey && document.activeElement !== canvas.value) return
    event.preventDefault()
    const { x, y } = at(event)
    zoom(event.deltaY < 0 ? WHEEL : 1 / WHEEL, x, y)
  }
  const twice = (event: MouseEvent) => zoom(2, at(event).x, at(event).y)

  function key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
    }
    const keys: Record<string, () => void> = {
      '+': () => zoom(KEY, ...zoomCentre()),
      '=': () => zoom(KEY, ...zoomCentre()),
      '-': () => zoom(1 / KEY, ...zoomCentre()),
      0: fit,
      Home: () => put({ row: 0, column: 0 }),
      End: () => put({ row: matrix.value.height - 1, column: matrix.value.width - 1 }),
    }
    if (event.key in arrows) {
      const [down, right] = arrows[event.key]
      if (event.shiftKey) pan((right * screen.value.width) / 4, (down * screen.value.height) / 4)
      else step(down * block(), right * block())
    } else if (event.key in keys) keys[event.key]()
    else return
    event.preventDefault()
  }
  /** The point towards which the keys zoom: the cursor, else the middle. */
  function zoomCentre(): [number, number] {
    const { scale, left, top } = view.value
    if (cursor.value === null) return [screen.value.width / 2, screen.value.height / 2]
    return [(cursor.value.column + 0.5 - left) * scale, (cursor.value.row + 0.5 - top) * scale]
  }
  function step(rows: number, columns: number): void {
    const inside = (value: number, count: number) => Math.min(count - 1, Math.max(0, value))
    const start = cursor.value ?? {
      row: Math.max(0, Math.floor(view.value.top)) - rows,
      column: Math.max(0, Math.floor(view.value.left)) - columns,
    }
    put({
      row: inside(start.row + rows, matrix.value.height),
      column: inside(start.column + columns, matrix.value.width),
    })
  }
  function put(place: Place): void {
    cursor.value = place
    byKey.value = true
    set(showing(view.value, place.row, place.column, screen.value, matrix.value))
  }

  const listeners = {
    pointerdown: down,
    pointermove: move,
    pointerup: up,
    pointercancel: up,
    pointerleave: leave,
    wheel,
    dblclick: twice,
    keydown: key,
  }
  useResizeObserver(canvas, ([entry]) => {
    const { width, height } = entry.contentRect
    size.value = { width: Math.max(GUTTER.left + 1, width), height: Math.max(GUTTER.top + 1, height) }
  })
  for (const [name, listener] of Object.entries(listeners))
    useEventListener(canvas, name, listener as EventListener, { passive: false })
  return { size, screen, view, all, close, cursor, byKey, fit, zoom, centre, show }
}
