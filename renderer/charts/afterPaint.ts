/**
 * Calls `then` once what has changed so far is on the screen. A page that is not visible paints nothing: the call comes
 * when it is visible again.
 */
export function afterPaint(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then))
}
