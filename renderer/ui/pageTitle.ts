/** The title of the browser's tab and of the desktop window. */
import { useTitle } from '@vueuse/core'
import { computed } from 'vue'

/** `title` is what the view shows; null while it is not known yet. */
export function usePageTitle(title: () => string | null): void {
  useTitle(computed(() => (title() === null ? 'Sparse Sharing Studio' : `${title()} – Sparse Sharing Studio`)))
}
