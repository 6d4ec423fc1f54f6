/** What keys do while one corrects. */

export type Command =
  | { does: 'save' | 'skip' | 'undo' | 'remove' | 'previous' | 'next' | 'first' | 'last' | 'leave' }
  | { does: 'find' }
  | { does: 'keys' }
  | { does: 'move' | 'task'; by: 1 | -1 }
  | { does: 'extend'; edge: 'start' | 'end'; by: 1 | -1 }
  /** The label with this number. */
  | { does: 'label'; index: number }

/** Keys of the first labels, in their order: digits, then letters, but for those that do something else. */
export const LABEL_KEYS = '1234567890abcdefghijklmnopqrtvwxyz'

/** For the list of keys. */
export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Enter', 'accept the sentence as it stands; where you changed something, keep it as fixed'],
  ['s', 'skip: it goes into no dataset version'],
  ['← →', 'to the next word'],
  ['↑ ↓', 'to the next task'],
  ['1 – 9, 0, a – z', 'choose the label that has this key; on words that are no span yet, make one of them'],
  ['/', 'find a label by its name'],
  ['Shift + ← →', 'on a span: move its end; elsewhere: select several words'],
  ['Ctrl + Shift + ← →', 'on a span: move its beginning'],
  ['Backspace', 'remove the span; in tasks with a label a word: back to what was suggested'],
  ['u, Ctrl + Z', 'undo the last change; where nothing is changed, take back the last decision'],
  ['Page Down, Page Up', 'to the sentence after, or before, without deciding'],
  ['Esc', 'select one word only'],
  ['?', 'these keys'],
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

/** Null where a key does nothing here. */
export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): Command | null {
  if (altKey) return null
  const control = ctrlKey || metaKey
  if (shiftKey && (key === 'ArrowLeft' || key === 'ArrowRight'))
    return { does: 'extend', edge: control ? 'start' : 'end', by: key === 'ArrowLeft' ? -1 : 1 }
  if (control) return key.toLowerCase() === 'z' && !shiftKey ? { does: 'undo' } : null
  // With Shift, letters are none of these; a question mark may need it.
  if (shiftKey && key !== '?' && key !== '/') return null
  if (Object.hasOwn(PLAIN, key)) return PLAIN[key]
  const index = LABEL_KEYS.indexOf(key)
  return key.length === 1 && index >= 0 ? { does: 'label', index } : null
}
