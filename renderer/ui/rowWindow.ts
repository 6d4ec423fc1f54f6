/** Of a long table whose rows are all of one height, the rows that are in sight. */
import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Rows drawn beyond either edge, so that scrolling shows no gap. */
const MORE = 12

export interface RowWindow {
  /** First row drawn, and the one after the last. */
  first: Readonly<Ref<number>>
  end: Readonly<Ref<number>>
  /** Scrolls as little as needed to have the row in sight. */
  reveal(row: number): void
}

/** `box` scrolls a table with a heading of `headHeight` that stays, over rows of `rowHeight` pixels. */
export function useRowWindow(
  box: Readonly<Ref<HTMLElement | null>>,
  count: () => number,
  rowHeight: number,
  headHeight: number,
): RowWindow {
  const top = ref(0)
  const height = ref(600)
  const look = () => {
    if (box.value === null) return
    top.value = box.value.scrollTop
    height.value = box.value.clientHeight
  }
  const observer = new ResizeObserver(look)
  onMounted(() => {
    if (box.value === null) return
    box.value.addEventListener('scroll', look, { passive: true })
    observer.observe(box.value)
    look()
  })
  onBeforeUnmount(() => observer.disconnect())
  // The list may have become shorter than where it is scrolled to: the browser corrects that after it is drawn.
  const first = computed(() => Math.max(0, Math.min(Math.floor(top.value / rowHeight) - MORE, count() - MORE)))
  const end = computed(() => Math.min(count(), Math.ceil((top.value + height.value) / rowHeight) + MORE))
  function reveal(row: number): void {
    if (box.value === null) return
    const above = row * rowHeight
    const below = above + rowHeight + headHeight - box.value.clientHeight
    if (box.value.scrollTop > above) box.value.scrollTop = above
    else if (box.value.scrollTop < below) box.value.scrollTop = below
    look()
  }
  return { first, end, reveal }
}
