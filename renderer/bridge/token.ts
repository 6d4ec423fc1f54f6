/**
 * The token that the loopback server asks for. It comes behind the # of the address, which no browser sends anywhere,
 * is removed from the address at once, and stays with the tab. Tabs of the studio, which share one origin, pass it on.
 */

const KEY = 'token'
const IN_ADDRESS = /^#token=([\w-]+)$/
/** How long a tab without a token waits for other tabs to answer. */
const OTHERS_MS = 300

/** `ask`: whether any tab has a token that works. */
type TabMessage = { ask: true } | { token: string }

export class Tokens {
  private readonly otherTabs = new BroadcastChannel('sparse-sharing token')
  private readonly onNew: () => void
  /** The token that this tab's connection was opened with. */
  private working: string | null = null
  private waiting: (() => void) | null = null

  /** `onNew` is called when another token arrives later, from an address opened in this tab or from another tab. */
  constructor(onNew: () => void) {
    this.onNew = onNew
    const token = IN_ADDRESS.exec(location.hash)?.[1]
    if (token !== undefined) {
      sessionStorage.setItem(KEY, token)
      history.replaceState(null, '', `${location.pathname}#/`)
    }
    this.otherTabs.onmessage = ({ data }: MessageEvent<TabMessage>) => this.receive(data)
  }

  /** Takes the token of an address that was opened in this tab while the page was there already. */
  accept(token: string): void {
    sessionStorage.setItem(KEY, token)
    this.onNew()
  }

  /** The token of this tab, else that of another; null where no tab has one. */
  async current(): Promise<string | null> {
    if (sessionStorage.getItem(KEY) === null) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve
        this.send({ ask: true })
        setTimeout(resolve, OTHERS_MS)
      })
      this.waiting = null
    }
    return sessionStorage.getItem(KEY)
  }

  /** While this tab's connection is open, other tabs can have its token. */
  connectionIs(open: boolean): void {
    this.working = open ? sessionStorage.getItem(KEY) : null
    if (this.working !== null) this.send({ token: this.working })
  }

  private receive(message: TabMessage): void {
    if ('ask' in message) {
      if (this.working !== null) this.send({ token: this.working })
      return
    }
    if (this.working !== null || message.token === sessionStorage.getItem(KEY)) return
    sessionStorage.setItem(KEY, message.token)
    if (this.waiting === null) this.onNew()
    else this.waiting()
  }

  private send(message: TabMessage): void {
    this.otherTabs.postMessage(message)
  }
}
