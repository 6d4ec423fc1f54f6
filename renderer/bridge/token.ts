/**
 * The token that the loopback door asks for. It comes behind the # of the address, which no browser sends anywhere, leaves the
 * address at once, and stays with the tab. Tabs of the studio, which are of one origin, give it to each other.
 */

const KEY = 'token'
const IN_ADDRESS = /^#token=([\w-]+)$/
/** A tab that was opened from another has its token within moments; one that is alone does not wait for long. */
const OTHERS_MS = 300

/** `ask`: whether any tab has a token that works. */
type Word = { ask: true } | { token: string }

/** Takes the token out of the address, if one is there, and puts the place `then` in its stead. */
function takeFromAddress(then: string): boolean {
  const token = IN_ADDRESS.exec(location.hash)?.[1]
  if (token === undefined) return false
  sessionStorage.setItem(KEY, token)
  history.replaceState(null, '', `${location.pathname}${then}`)
  return true
}

export class Tokens {
  private readonly others = new BroadcastChannel('sparse-sharing token')
  private readonly onNew: () => void
  /** The token that this tab's line was opened with. */
  private working: string | null = null
  private waiting: (() => void) | null = null

  /** `onNew` is called when another token comes later: an address opened in this tab, which stays where it is, or another tab's. */
  constructor(onNew: () => void) {
    this.onNew = onNew
    takeFromAddress('#/')
    addEventListener('hashchange', ({ oldURL }) => {
      if (takeFromAddress(new URL(oldURL).hash || '#/')) onNew()
    })
    this.others.onmessage = ({ data }: MessageEvent<Word>) => this.hear(data)
  }

  /** The token of this tab, else that of another; null where no tab has one. */
  async current(): Promise<string | null> {
    if (sessionStorage.getItem(KEY) === null) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve
        this.say({ ask: true })
        setTimeout(resolve, OTHERS_MS)
      })
      this.waiting = null
    }
    return sessionStorage.getItem(KEY)
  }

  /** The line is open, or lost: while it is open, other tabs may have its token. */
  lineIs(open: boolean): void {
    this.working = open ? sessionStorage.getItem(KEY) : null
    if (this.working !== null) this.say({ token: this.working })
  }

  private hear(word: Word): void {
    if ('ask' in word) {
      if (this.working !== null) this.say({ token: this.working })
      return
    }
    if (this.working !== null || word.token === sessionStorage.getItem(KEY)) return
    sessionStorage.setItem(KEY, word.token)
    if (this.waiting === null) this.onNew()
    else this.waiting()
  }

  private say(word: Word): void {
    this.others.postMessage(word)
  }
}
