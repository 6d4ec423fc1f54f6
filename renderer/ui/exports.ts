/** What a card can save: its tables and charts register here, and the card lists them in one menu. */
import { inject, onBeforeUnmount, onMounted, provide, shallowReactive, type InjectionKey } from 'vue'

export interface ExportAction {
  /** On the button: PNG, SVG, CSV. */
  text: string
  /** For screen readers: "Save results as CSV". */
  label: string
  /** Throws where nothing was saved. */
  save(): void | Promise<void>
  /** Why it cannot be used at the moment; null or absent: it can. */
  problem?: string | null
}

export interface Exportable {
  /** What the files are named, without their extension. */
  name: string
  actions: ExportAction[]
}

/** A function: names and actions follow what is shown. */
type Source = () => Exportable

const KEY: InjectionKey<Set<Source>> = Symbol('exports')

/** For a card: the sources that its contents register. */
export function provideExports(): Set<Source> {
  const sources = shallowReactive(new Set<Source>())
  provide(KEY, sources)
  return sources
}

/** For a table or chart. Returns whether a card lists it; if not, it needs a menu of its own. */
export function useExport(source: Source): boolean {
  const sources = inject(KEY, null)
  if (sources === null) return false
  onMounted(() => sources.add(source))
  onBeforeUnmount(() => sources.delete(source))
  return true
}
