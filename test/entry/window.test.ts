/** What a packaged desktop window leaves out. Electron is mocked: its binary is not available everywhere. */
import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'

const electron = vi.hoisted(() => ({
  isPackaged: true,
  windows: [] as { webPreferences: Record<string, unknown> }[],
  menus: [] as unknown[],
}))
vi.mock('electron', () => ({
  app: {
    get isPackaged() {
      return electron.isPackaged
    },
  },
  BrowserWindow: class extends EventEmitter {
    webContents = new EventEmitter()
    constructor(options: { webPreferences: Record<string, unknown> }) {
      super()
      electron.windows.push(options)
    }
    async loadURL() {}
  },
  Menu: {
    buildFromTemplate: (template: unknown) => template,
    setApplicationMenu: (menu: unknown) => void electron.menus.push(menu),
  },
  nativeTheme: { shouldUseDarkColors: false },
  protocol: {},
  session: {},
  ipcMain: {},
}))
const { openWindow, restrictMenu } = await import('../../main/entry/electron-window.ts')

function opened(isPackaged: boolean) {
  electron.isPackaged = isPackaged
  const connect = vi.fn()
  openWindow({ connect, dispose() {} }, () => true)
  return { preferences: electron.windows.at(-1)!.webPreferences, connect }
}

describe('the desktop window', () => {
  beforeEach(() => {
    electron.windows.length = electron.menus.length = 0
  })

  it('has no developer tools in a packaged build, and is the only one connected', () => {
    const { preferences, connect } = opened(true)
    expect(preferences).toMatchObject({
      devTools: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    })
    expect(connect).toHaveBeenCalledOnce()
    expect(opened(false).preferences).toMatchObject({ devTools: true })
  })

  it('has no default menu in a packaged build; on macOS one without developer tools and reload', () => {
    electron.isPackaged = true
    for (const platform of ['linux', 'darwin'] as const) {
      vi.stubGlobal('process', { ...process, platform })
      restrictMenu()
    }
    vi.unstubAllGlobals()
    expect(electron.menus[0]).toBeNull()
    expect(JSON.stringify(electron.menus[1])).not.toMatch(/toggleDevTools|reload|viewMenu/i)
    electron.isPackaged = false
    restrictMenu()
    expect(electron.menus).toHaveLength(2)
  })
})
