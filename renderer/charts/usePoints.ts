/** The points of a line chart by mouse and keyboard: the one clicked, and the one that the arrow keys are at. */
import { ref } from 'vue'
import { labelOf, type AnyLine, type Axes, type DrawnPoint } from './drawing.ts'
import { valueText, type Chart, type LineDataset } from './options.ts'

export interface PickedPoint {
  line: AnyLine
  /** The number of the point in its line. */
  index: number
}

/** A click picks a point at most this many pixels away. */
const NEAR = 14

/** `chart` is null before it is mounted and while it is empty. */
export function usePoints(chart: () => Chart<'line', DrawnPoint[]> | null, measure: () => Axes['y']) {
  /** The point that the keyboard is at, as text for screen readers. */
  const spoken = ref('')
  let at = { dataset: 0, place: -1 }

  function pointOf(chart: Chart<'line', DrawnPoint[]>, dataset: number, place: number): PickedPoint {
    const { drawn } = chart.data.datasets[dataset] as LineDataset
    return { line: drawn.line, index: drawn.points[place].index }
  }

  function pointAt(event: MouseEvent): PickedPoint | null {
    const shown = chart()
    const [item] = shown?.getElementsAtEventForMode(event, 'nearest', { intersect: false }, true) ?? []
    if (shown === null || item === undefined) return null
    const { x, y } = item.element
    const isNear = Math.hypot(x - event.offsetX, y - event.offsetY) <= NEAR
    return isNear ? pointOf(shown, item.datasetIndex, item.index) : null
  }

  /** The point that the keyboard is at; null before the first arrow key. */
  function current(): PickedPoint | null {
    const shown = chart()
    return shown === null || at.place < 0 ? null : pointOf(shown, at.dataset, at.place)
  }

  /** Moves to the next point of the line, or to another line. Returns whether the key was an arrow. */
  function move(key: string): boolean {
    const shown = chart()
    if (shown === null || !key.startsWith('Arrow')) return false
    const { datasets } = shown.data
    const along = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0
    const across = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
    const dataset = Math.min(datasets.length - 1, Math.max(0, at.dataset + across))
    const place = Math.min(datasets[dataset].data.length - 1, Math.max(0, at.place + along))
    at = { dataset, place }
    announce(shown, dataset, place)
    return true
  }

  function announce(shown: Chart<'line', DrawnPoint[]>, dataset: number, place: number): void {
    const element = shown.getDatasetMeta(dataset).data[place]
    if (element === undefined) return
    const active = [{ datasetIndex: dataset, index: place }]
    shown.setActiveElements(active)
    shown.tooltip!.setActiveElements(active, { x: element.x, y: element.y })
    shown.render()
    const { line, index } = pointOf(shown, dataset, place)
    const { y } = shown.data.datasets[dataset].data[place]
    spoken.value = `${line.name}, ${labelOf(line, index)}: ${valueText(y, measure())}`
  }

  return { spoken, pointAt, current, move }
}
