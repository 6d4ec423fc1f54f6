/**
 * The token that the loopback door asks for. It comes behind the # of the address, which no browser sends anywhere, leaves the
 * address at once, and stays with the tab.
 */

const KEY = 'token'
const IN_ADDRESS = /^#token=([\w-]+)$/

/** Takes the token out of the address, if one is there, and puts the place `then` in its stead. */
function takeFromAddress(then: string): boolean {
  const token = IN_ADDRESS.exec(location.hash)?.[1]
  if (token === undefined) return false
  sessionStorage.setItem(KEY, token)
  history.replaceState(null, '', `${location.pathname}${then}`)
  return true
}

/** The token of this tab, or null. */
export function currentToken(): string | null {
  takeFromAddress('#/')
  return sessionStorage.getItem(KEY)
}

/** Calls back when an address with a token is opened in this tab later: the page stays, and stays where it was. */
export function onNewToken(listener: () => void): void {
  addEventListener('hashchange', ({ oldURL }) => {
    if (takeFromAddress(new URL(oldURL).hash || '#/')) listener()
  })
}
