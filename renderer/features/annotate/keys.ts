/** The keys of the labelling view. */
import type { Label } from '../../../shared/annotation/project.ts'

export type Command =
  | { does: 'save' | 'skip' | 'undo' | 'remove' | 'previous' | 'next' | 'first' | 'last' | 'leave' }
  | { does: 'find' }
  | { does: 'keys' }
  | { does: 'move' | 'task'; by: 1 | -1 }
  | { does: 'extend'; edge: 'start' | 'end'; by: 1 | -1 }
  /** A key that may stand for a label: see labelOfKey. */
  | { does: 'label'; key: string }

/** Keys of the first labels in order: digits, then letters without those that have another meaning. */
export const LABEL_KEYS = '1234567890abcdefghijklmnopqrtvwxyz'

/** The list of keys with descriptions. */
export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Enter', 'accept the sentence; if you changed it, save it as fixed'],
  ['s', 'skip: the sentence is not used in dataset versions'],
  ['← →', 'previous or next word'],
  ['↑ ↓', 'previous or next task'],
  ['1 – 9, 0, a – z', 'apply the label with this key; on words outside of spans, create a span'],
  ['/', 'find a label by name; Enter applies it, or adds it if it is new'],
  ['Shift + ← →', 'on a span: move its end; elsewhere: select several words'],
  ['Ctrl + Shift + ← →', 'on a span: move its beginning'],
  ['Backspace', 'remove the span; in tasks with one label per word: restore the suggestion'],
  ['u, Ctrl + Z', 'undo the last change; without changes, undo the last decision'],
  ['Page Down, Page Up', 'next or previous sentence, without deciding'],
  ['Esc', 'select one word only'],
  ['?', 'show these keys'],
]

const PLAIN: Record<string, Command> = {
  Enter: { does: 'save' },
  s: { does: 'skip' },
  u: { does: 'undo' },
  '/': { does: 'find' },
  '?': { does: 'keys' },
  Backspace: { does: 'remove' },
  Delete: { does: 'remove' },
  PageDown: { does: 'next' },
  PageUp: { does: 'previous' },
  Escape: { does: 'leave' },
  ArrowLeft: { does: 'move', by: -1 },
  ArrowRight: { does: 'move', by: 1 },
  ArrowUp: { does: 'task', by: -1 },
  ArrowDown: { does: 'task', by: 1 },
  Home: { does: 'first' },
  End: { does: 'last' },
}

/** Of a KeyboardEvent. */
interface Pressed {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** The command of a key; null where it has none. */
export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): Command | null {
  if (altKey) return null
  const control = ctrlKey || metaKey
  if (shiftKey && (key === 'ArrowLeft' || key === 'ArrowRight'))
    return { does: 'extend', edge: control ? 'start' : 'end', by: key === 'ArrowLeft' ? -1 : 1 }
  if (control) return key.toLowerCase() === 'z' && !shiftKey ? { does: 'undo' } : null
  // Letters with Shift have no meaning; a question mark may need Shift.
  if (shiftKey && key !== '?' && key !== '/') return null
  if (Object.hasOwn(PLAIN, key)) return PLAIN[key]
  return Array.from(key).length === 1 && key !== ' ' ? { does: 'label', key } : null
}

/** The key of each label: its own, else the key of its place unless another label has that. Null: none is left. */
export function keysOf(labels: readonly Pick<Label, 'key'>[]): (string | null)[] {
  const own = new Set(labels.map(({ key }) => key))
  return labels.map(({ key }, i) => {
    const byPlace = LABEL_KEYS[i]
    return key ?? (byPlace === undefined || own.has(byPlace) ? null : byPlace)
  })
}
